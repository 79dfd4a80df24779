#include "worlds.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <stdexcept>

#include "demo/json.h"
#include "support/idna.h"

namespace proofs {
namespace {

using demo::Json;
using mailassay::AnswerStatus;

constexpr std::uint64_t kDefaultNow = 1700000000;  // FORMAT.md

Json read_json(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return Json::parse(std::string(std::istreambuf_iterator<char>(file), {}));
}

std::vector<Json> vector_files() {
  std::vector<std::filesystem::path> paths;
  const auto folder = std::filesystem::path(MAILASSAY_VECTORS) / "spf";
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    if (entry.path().extension() == ".json") paths.push_back(entry.path());
  }
  std::sort(paths.begin(), paths.end());
  std::vector<Json> files;
  for (const auto& path : paths) files.push_back(read_json(path));
  return files;
}

std::string text_or(const Json& object, std::string_view name, const std::string& otherwise) {
  const Json* member = object.find(name);
  return member == nullptr ? otherwise : member->as_string();
}

std::string protocol_of(const Json& file, const Json& vector_case) {
  return text_or(vector_case, "protocol", text_or(file, "protocol", ""));
}

std::uint32_t number_or(const Json* object, std::string_view name, std::uint32_t otherwise) {
  const Json* member = object == nullptr ? nullptr : object->find(name);
  return member == nullptr ? otherwise : static_cast<std::uint32_t>(member->as_integer());
}

void read_options(const Json& ask, World& world) {
  const Json* options = ask.find("options");
  const Json* limits = options == nullptr ? nullptr : options->find("limits");
  world.options.guesses = number_or(options, "guesses", world.options.guesses);
  world.limits.pool = number_or(limits, "pool", world.limits.pool);
  world.limits.questions = number_or(limits, "questions", world.limits.questions);
  world.limits.record_bytes = number_or(limits, "record_bytes", world.limits.record_bytes);
  world.limits.addresses = number_or(limits, "addresses", world.limits.addresses);
}

World read_world(const Json& file, const Json& vector_case) {
  const Json& ask = *vector_case.find("ask");
  World world;
  world.id = vector_case.find("id")->as_string();
  const std::string& client = ask.find("ip")->as_string();
  const auto address = mailassay::Address::parse(client);
  if (!address) throw std::runtime_error(world.id + ": no address: " + client);
  world.client = *address;
  world.mail_from = text_or(ask, "mail_from", "");
  world.helo = text_or(ask, "helo", "");
  world.receiver = text_or(ask, "receiver", "");
  const Json* now = vector_case.find("now");
  if (now == nullptr) now = file.find("now");
  world.now = now == nullptr ? kDefaultNow : static_cast<std::uint64_t>(now->as_integer());
  read_options(ask, world);
  const Json* zones = file.find("zones");
  const Json* zone = zones == nullptr ? nullptr : zones->find(text_or(vector_case, "zone", ""));
  if (zone != nullptr) world.zone = demo::Zone::from_json(*zone);
  return world;
}

}  // namespace

std::vector<World> spf_worlds() {
  std::vector<World> worlds;
  for (const Json& file : vector_files()) {
    for (const Json& vector_case : file.find("cases")->as_array()) {
      if (protocol_of(file, vector_case) != "spf") continue;
      worlds.push_back(read_world(file, vector_case));
    }
  }
  return worlds;
}

std::vector<std::string> spf_records() {
  std::vector<std::string> records;
  for (const Json& file : vector_files()) {
    for (const Json& vector_case : file.find("cases")->as_array()) {
      if (protocol_of(file, vector_case) != "spf_record") continue;
      records.push_back(demo::bytes_of(vector_case.find("ask")->find("record")->as_string()));
    }
  }
  return records;
}

Answer::Answer(demo::ZoneAnswer found) : found_(std::move(found)) {
  for (const demo::ZoneRecord& record : found_.records) {
    strings_.emplace_back(record.strings.begin(), record.strings.end());
  }
  for (std::size_t i = 0; i < found_.records.size(); ++i) {
    const demo::ZoneRecord& record = found_.records[i];
    records_.push_back({strings_[i], record.name, record.preference, record.address});
  }
}

Answer::Answer(std::string label, AnswerStatus status) : label_(std::move(label)), is_label_(true) {
  found_.status = status;
}

void Answer::give(mailassay::CheckBase& check, std::uint32_t id) const {
  if (is_label_) {
    check.answer(id, mailassay::LabelAnswer{found_.status, label_});
  } else {
    check.answer(
        id, mailassay::DnsAnswer{found_.status, found_.secure, found_.canonical_name, records_});
  }
}

const Answer& Host::answer_to(const mailassay::Question& question) {
  const std::pair key(question.type, std::string(question.name));
  const auto known = answers_.find(key);
  if (known != answers_.end()) return known->second;
  if (question.kind == mailassay::QuestionKind::dns) {
    return answers_.try_emplace(key, world_.zone.lookup(question.name, question.type))
        .first->second;
  }
  const auto label = test::a_label(key.second);
  const auto added =
      answers_.try_emplace(key, label.value_or(""), label ? AnswerStatus::ok : AnswerStatus::error);
  return added.first->second;
}

}  // namespace proofs
