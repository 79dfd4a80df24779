// The C++ adapter (tests/vectors/FORMAT.md): one JSON request a line in, one answer a line out.
// It goes through the public headers only.
#include <iostream>
#include <stdexcept>
#include <string>
#include <vector>

#include "demo/json.h"
#include "demo/zone.h"
#include "mailassay/mailassay.h"
#include "support/idna.h"

namespace {

using demo::Json;
using demo::Zone;

std::string text_of(const Json& object, std::string_view name) {
  const Json* member = object.find(name);
  return member == nullptr ? std::string() : member->as_string();
}

std::uint64_t number_of(const Json* object, std::string_view name, std::uint64_t otherwise) {
  const Json* member = object == nullptr ? nullptr : object->find(name);
  return member == nullptr ? otherwise : static_cast<std::uint64_t>(member->as_integer());
}

// A member that a request must have.
const Json& required(const Json& object, std::string_view name) {
  const Json* member = object.find(name);
  if (member == nullptr) throw std::runtime_error("the request lacks " + std::string(name));
  return *member;
}

// Runs a writer of the core twice: once for the size, once for the text.
template <class Write>
std::string written(Write write) {
  std::string text(write(std::span<char>()), '\0');
  write(std::span<char>(text));
  return text;
}

void answer_to_ascii(mailassay::CheckBase& check, const mailassay::Question& question) {
  const auto label = test::a_label(std::string(question.name));
  check.answer(question.id, label ? mailassay::LabelAnswer{mailassay::AnswerStatus::ok, *label}
                                  : mailassay::LabelAnswer{mailassay::AnswerStatus::error, {}});
}

mailassay::Limits limits_of(const Json* options) {
  mailassay::Limits limits;
  const Json* given = options == nullptr ? nullptr : options->find("limits");
  const auto read = [given](std::string_view name, std::uint32_t& limit) {
    limit = static_cast<std::uint32_t>(number_of(given, name, limit));
  };
  read("pool", limits.pool);
  read("guess_pool", limits.guess_pool);
  read("questions", limits.questions);
  read("guesses", limits.guesses);
  read("trace_steps", limits.trace_steps);
  read("diagnostics", limits.diagnostics);
  read("sources", limits.sources);
  read("record_bytes", limits.record_bytes);
  read("addresses", limits.addresses);
  read("identity_bytes", limits.identity_bytes);
  read("explanation_bytes", limits.explanation_bytes);
  return limits;
}

std::string quoted(const std::string& text) { return demo::to_text(Json(text)); }

std::string check_spf(const Json& request, const std::string& head) {
  const Json& ask = required(request, "ask");
  const Json* options = ask.find("options");
  const Json* names = request.find("names");
  const Zone zone = names == nullptr ? Zone() : Zone::from_json(*names);
  const std::string ip = text_of(ask, "ip");
  const auto client = mailassay::Address::parse(ip);
  if (!client) throw std::runtime_error("not an address: " + ip);
  const std::string mail_from = text_of(ask, "mail_from");
  const std::string helo = text_of(ask, "helo");
  const std::string receiver = text_of(ask, "receiver");

  const mailassay::Limits limits = limits_of(options);
  std::vector<std::byte> memory(mailassay::scratch_bytes(limits));
  mailassay::spf::Check check(
      {.client = *client,
       .mail_from = mail_from,
       .helo = helo,
       .receiver = receiver,
       .now = number_of(&request, "now", 1700000000)},
      memory, {.guesses = static_cast<std::uint32_t>(number_of(options, "guesses", 20))}, limits);
  mailassay::drive(check, [&zone](const mailassay::Question& question, auto& asked) {
    if (question.kind == mailassay::QuestionKind::to_ascii) {
      answer_to_ascii(asked, question);
    } else {
      zone.answer(asked, question);
    }
  });
  const mailassay::spf::Result result = check.result();
  const std::string report =
      written([&result](std::span<char> out) { return mailassay::write_json(result, out); });
  return head + ",\"result\":\"" + std::string(mailassay::spf::name(result.verdict)) +
         "\",\"explanation\":" + quoted(std::string(result.explanation)) +
         ",\"lookups\":" + std::to_string(result.lookups) +
         ",\"void_lookups\":" + std::to_string(result.void_lookups) +
         ",\"scratch\":" + std::to_string(check.scratch_used()) + ",\"report\":" + report + "}";
}

std::string parse_spf(const Json& request, const std::string& head) {
  const std::string record = demo::bytes_of(text_of(required(request, "ask"), "record"));
  mailassay::spf::RecordReader reader(record);
  mailassay::spf::Term term;
  std::string terms;
  std::string error;
  const auto note_error = [&error](mailassay::Span span) {
    if (!error.empty()) return;
    error = "[" + std::to_string(span.begin) + "," + std::to_string(span.end) + "]";
  };
  if (reader.version_error().code != mailassay::Code::none) {
    note_error(reader.version_error().span);
  }
  while (reader.next(term)) {
    if (term.error.code != mailassay::Code::none) note_error(term.span);
    const std::string text =
        written([&](std::span<char> out) { return mailassay::spf::format(term, record, out); });
    terms += (terms.empty() ? "" : ",") + quoted(demo::utf8_of(text));
  }
  const std::string report =
      written([&record](std::span<char> out) { return mailassay::write_record_json(record, out); });
  return head + ",\"valid\":" +
         (error.empty() ? "true,\"terms\":[" + terms + "]" : "false,\"error_span\":" + error) +
         ",\"report\":" + report + "}";
}

// One line a protocol.
std::string answer(const Json& request, const std::string& head) {
  const std::string protocol = text_of(request, "protocol");
  if (protocol == "spf") return check_spf(request, head);
  if (protocol == "spf_record") return parse_spf(request, head);
  return head + ",\"unsupported\":true}";
}

}  // namespace

int main() {
  std::ios::sync_with_stdio(false);
  for (std::string line; std::getline(std::cin, line);) {
    std::string head = "{\"id\":null";
    try {
      const Json request = Json::parse(line);
      head = "{\"id\":" + quoted(text_of(request, "id"));
      std::cout << answer(request, head) << std::endl;
    } catch (const std::exception& problem) {
      std::cout << head << ",\"error\":" << quoted(problem.what()) << "}" << std::endl;
    }
  }
}
