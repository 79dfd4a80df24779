// Runs the core on inputs of n, 2n and 4n for linear.py, which counts instructions with callgrind.
// Each piece of work is prepared first and then run inside measured(), the only code that counts.
// One line a run: "<group> <name> <n> <polls> <questions>". With arguments "i k" every kth run,
// from the ith on.
#include <cstdio>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "mailassay/mailassay.h"

namespace {

using mailassay::Address;
using mailassay::DnsAnswer;
using mailassay::DnsRecord;
using mailassay::RecordType;

// Counted beside the instructions, where the work is a check.
struct Cost {
  unsigned polls = 0;
  std::size_t questions = 0;
};

using Work = std::function<Cost()>;

}  // namespace

extern "C" [[gnu::noinline]] void measured(const Work& work, Cost& cost) { cost = work(); }

namespace {

// Several processes share the runs: each takes every `shares`th of them.
unsigned share = 0;
unsigned shares = 1;
unsigned runs = 0;

bool is_mine() { return runs++ % shares == share; }

void run(const char* group, const std::string& name, std::size_t n, const Work& work) {
  Cost cost;
  measured(work, cost);
  std::printf("%s %s %zu %u %zu\n", group, name.c_str(), n, cost.polls, cost.questions);
}

// The same work for n, 2n and 4n.
template <class Make>
void run_doubling(const std::string& name, std::size_t n, Make make) {
  for (const std::size_t size : {n, 2 * n, 4 * n}) {
    if (is_mine()) run("linear", name, size, make(size));
  }
}

std::string fill(std::string_view text, std::size_t size) {
  std::string filled;
  filled.reserve(size + text.size());
  while (filled.size() < size) filled += text;
  filled.resize(size);
  return filled;
}

std::vector<char>& output() {
  static std::vector<char> room(8 << 20);
  return room;
}

// ---- A world whose answers are ready before anything is measured --------------------------------

class World {
 public:
  mailassay::spf::Request request;
  mailassay::Limits limits;
  mailassay::Options options;
  std::string mail_from = "user@example.com";
  std::string helo = "mail.example.net";

  World() { request.client = *Address::parse("192.0.2.9"); }

  void text(const std::string& owner, const std::string& record, std::size_t string_size = 255) {
    const std::string& kept = keep(record);
    auto& strings = strings_.emplace_back(std::make_unique<std::vector<std::string_view>>());
    for (std::size_t at = 0; at < kept.size(); at += string_size) {
      strings->push_back(std::string_view(kept).substr(at, string_size));
    }
    DnsRecord added;
    added.strings = *strings;
    records(owner, RecordType::txt).push_back(added);
  }

  void host(const std::string& owner, RecordType type, const std::string& name) {
    DnsRecord added;
    added.name = keep(name);
    records(owner, type).push_back(added);
  }

  void address(const std::string& owner, std::size_t count = 1) {
    DnsRecord added;
    added.address = *Address::parse("198.51.100.1");
    records(owner, RecordType::a).resize(count, added);
  }

  void label(const std::string& answer) { label_ = answer; }

  // A check from its begin to its end; the writers too, if wanted.
  Cost check(bool write) {
    request.mail_from = mail_from;
    request.helo = helo;
    mailassay::spf::Check check(request, memory(), options, limits);
    Cost cost{1, 0};
    while (check.poll() == mailassay::Progress::pending) {
      ++cost.polls;
      for (const mailassay::Question& question : check.new_questions()) answer(check, question);
    }
    cost.questions = check.questions().size();
    if (write) {
      mailassay::write_json(check.result(), output());
      mailassay::spf::received_spf(check.result(), output());
    }
    return cost;
  }

  std::span<std::byte> memory() {
    memory_.resize(mailassay::scratch_bytes(limits));
    return memory_;
  }

 private:
  using Key = std::pair<RecordType, std::string>;

  const std::string& keep(const std::string& text) {
    return *texts_.emplace_back(std::make_unique<std::string>(text));
  }
  std::vector<DnsRecord>& records(const std::string& owner, RecordType type) {
    return answers_[Key(type, owner)];
  }

  void answer(mailassay::spf::Check& check, const mailassay::Question& question) {
    if (question.kind == mailassay::QuestionKind::to_ascii) {
      check.answer(question.id, mailassay::LabelAnswer{mailassay::AnswerStatus::ok, label_});
      return;
    }
    const auto known = answers_.find(Key(question.type, std::string(question.name)));
    DnsAnswer answer;
    if (known == answers_.end()) {
      answer.status = mailassay::AnswerStatus::nxdomain;
    } else {
      answer.records = known->second;
    }
    check.answer(question.id, answer);
  }

  std::map<Key, std::vector<DnsRecord>> answers_;
  std::vector<std::unique_ptr<std::string>> texts_;
  std::vector<std::unique_ptr<std::vector<std::string_view>>> strings_;
  std::vector<std::byte> memory_;
  std::string label_;
};

using SharedWorld = std::shared_ptr<World>;

Work checking(const SharedWorld& world, bool write = false) {
  world->memory();
  output();
  return [world, write] { return world->check(write); };
}

SharedWorld world_of(const std::string& record) {
  auto world = std::make_shared<World>();
  world->text("example.com", record);
  return world;
}

// Room for answers that the default limits would cut.
SharedWorld wide(SharedWorld world) {
  world->limits.pool = 8 << 20;
  world->limits.addresses = 65535;
  return world;
}

// ---- Records ------------------------------------------------------------------------------------

struct Pattern {
  const char* name;
  const char* begin;
  const char* repeated;
};

constexpr Pattern kPatterns[] = {
    {"networks", "", "ip4:198.51.100.1 "},
    {"networks-6", "", "ip6:2001:db8::1/64 "},
    {"modifiers", "", "x=%{l} "},
    {"wrong-modifiers", "", "1=%{ "},
    {"wrong-mechanisms", "", "b! "},
    {"wrong-networks", "", "ip4:999 "},
    {"redirects", "", "redirect=x.example "},
    {"explanations", "", "exp=%{l}.example "},
    {"alls", "", "-all "},
    {"lookups", "", "a:x.example "},
    {"spaces", "", " "},
    {"signs", "", "+"},
    {"equals", "", "="},
    {"letters", "", "a"},
    {"colons", "ip6:", ":"},
    {"dots", "a:", "."},
    {"labels", "a:", "a."},
    {"digits", "a:", "1"},
    {"digit-labels", "a:", "1."},
    {"hyphens", "a:a.", "-"},
    {"slashes", "a", "/"},
    {"lengths", "a", "/1"},
    {"double-lengths", "mx", "//1"},
    {"slashed-domain", "include:", "a/1"},
    {"macros", "exists:", "%{l}"},
    {"open-macros", "exists:", "%{"},
    {"closed-macros", "exists:", "%}"},
    {"long-macro", "exists:%{l", "1"},
    {"delimiters", "exists:%{l", ".-"},
    {"percents", "x=", "%"},
    {"escapes", "exists:", "%%"},
    {"bytes", "", "\x80"},
    {"mixed-bytes", "a:",
     "\x80"
     "a"},
    {"tabs", "x=", "\t"},
};

// "text" as often as it fits whole.
std::string repeat(std::string_view text, std::size_t size) {
  return fill(text, size / text.size() * text.size());
}

std::string record_of(const Pattern& pattern, std::size_t size) {
  std::string record = "v=spf1 ";
  record += pattern.begin;
  return record += repeat(pattern.repeated, size - record.size());
}

Cost read_record(std::string_view record) {
  mailassay::spf::RecordReader reader(record);
  mailassay::spf::Term term;
  while (reader.next(term)) mailassay::spf::format(term, record, output());
  mailassay::write_record_json(record, output());
  return {};
}

void run_records() {
  for (const Pattern& pattern : kPatterns) {
    run_doubling("record/" + std::string(pattern.name), 6000, [&pattern](std::size_t n) -> Work {
      output();
      return [record = record_of(pattern, n)] { return read_record(record); };
    });
    run_doubling("check/" + std::string(pattern.name), 16000,
                 [&pattern](std::size_t n) { return checking(world_of(record_of(pattern, n))); });
  }
}

// ---- Macros and senders -------------------------------------------------------------------------

SharedWorld with_sender(SharedWorld world, std::string_view filling, std::size_t size) {
  world->mail_from = fill(filling, size) + "@example.com";
  return world;
}

void run_macros() {
  for (const char* macro : {"%{l}", "%{L}", "%{lr}", "%{l1}", "%{l1r}", "%{l2-}", "%{s}%{h1r}"}) {
    for (const char* filling : {"a", ".", "a.", "-"}) {
      const std::string name = std::string(macro) + "/" + filling;
      run_doubling("macros/" + name, 4000, [=](std::size_t n) {
        const std::string spec = repeat(macro, n);
        return checking(with_sender(world_of("v=spf1 exists:" + spec + " -all"), filling, n));
      });
      run_doubling("explanation/" + name, 4000, [=](std::size_t n) {
        SharedWorld world = with_sender(world_of("v=spf1 -all exp=why.example"), filling, n);
        world->text("why.example", repeat(macro, n));
        return checking(world);
      });
    }
  }
}

void run_senders() {
  constexpr std::pair<const char*, const char*> kFillings[] = {
      {"letters", "a"},         {"ats", "@"},      {"dots", "."},     {"labels", "a."},
      {"quotes", "\""},         {"routes", "@a:"}, {"bytes", "\x80"}, {"u-label", "\xc3\xa4"},
      {"u-labels", "\xc3\xa4."}};
  for (const auto& [name, filling] : kFillings) {
    run_doubling("sender/" + std::string(name), 3900, [filling = filling](std::size_t n) {
      SharedWorld world = world_of("v=spf1 exists:%{l}.%{o}.%{h}.x.example -all");
      world->mail_from = fill(filling, n);
      world->helo = fill(filling, n);
      world->label("xn--4ca");
      return checking(world, true);
    });
  }
  run_doubling("to-ascii-answer", 16000, [](std::size_t n) {
    SharedWorld world = std::make_shared<World>();
    world->mail_from = "user@\xc3\xa4.example";
    world->label("xn--" + fill("z", n));
    return checking(world);
  });
}

// ---- Answers ------------------------------------------------------------------------------------

void run_hosts(const char* name, RecordType type, const std::string& owner, const char* record) {
  const auto make = [=](std::size_t n) {
    SharedWorld world = world_of(record);
    for (std::size_t i = 0; i < n; ++i) {
      world->host(owner, type, "host" + std::to_string(100000 + i) + ".example.com");
    }
    return world;
  };
  run_doubling(std::string(name), 1000, [=](std::size_t n) { return checking(make(n)); });
  run_doubling(std::string(name) + "/wide", 1000,
               [=](std::size_t n) { return checking(wide(make(n))); });
}

void run_answers() {
  run_hosts("mx-hosts", RecordType::mx, "example.com", "v=spf1 mx -all");
  run_hosts("ptr-names", RecordType::ptr, "9.2.0.192.in-addr.arpa", "v=spf1 ptr -all");
  run_doubling("addresses", 128, [](std::size_t n) {
    SharedWorld world = world_of("v=spf1 a -all");
    world->address("example.com", n);
    return checking(world);
  });
  run_doubling("addresses/wide", 4000, [](std::size_t n) {
    SharedWorld world = wide(world_of("v=spf1 a a a a a -all"));
    world->address("example.com", n);
    return checking(world);
  });
  run_doubling("other-records", 800, [](std::size_t n) {
    SharedWorld world = world_of("v=spf1 -all");
    for (std::size_t i = 0; i < n; ++i) world->text("example.com", "other=" + std::to_string(i));
    return checking(world);
  });
  run_doubling("strings-of-one-byte", 4000, [](std::size_t n) {
    auto world = std::make_shared<World>();
    world->text("example.com", record_of(kPatterns[0], n), 1);
    return checking(world, true);
  });
  run_doubling("empty-strings", 25000, [](std::size_t n) {
    SharedWorld world = wide(std::make_shared<World>());
    world->text("example.com", "v=spf1 -all " + fill(" ", n), 1);
    return checking(world);
  });
}

// ---- Records that lead to others ----------------------------------------------------------------

std::string place(std::size_t i) { return i == 0 ? "example.com" : std::to_string(i) + ".example"; }

void run_chains() {
  run_doubling("include-chain/records", 2, [](std::size_t n) {
    auto world = std::make_shared<World>();
    for (std::size_t i = 0; i < n; ++i) {
      world->text(place(i), record_of(kPatterns[0], 6000) + "include:" + place(i + 1));
    }
    return checking(world, true);
  });
  for (const char* term : {"include:", "redirect="}) {
    run_doubling("chain/" + std::string(term), 2500, [term](std::size_t n) {
      auto world = std::make_shared<World>();
      for (std::size_t i = 0; i < 9; ++i) {
        const std::string networks = repeat("ip4:198.51.100.1 ", n);
        world->text(place(i), "v=spf1 " + networks + term + place(i + 1));
      }
      return checking(world, true);
    });
  }
}

// ---- Writers ------------------------------------------------------------------------------------

void run_rendering(const char* name, const char* pattern, const char* value) {
  run_doubling("render/" + std::string(name), 16000, [=](std::size_t n) -> Work {
    output();
    return [text = fill(pattern, n), shown = fill(value, n)] {
      mailassay::Diagnostic diagnostic;
      diagnostic.argument[0].text = shown;
      diagnostic.argument_count = 1;
      mailassay::render(text, diagnostic, output());
      mailassay::escape_text(shown, 0, output());
      mailassay::escape_text(shown, shown.size() / 2, output());
      return Cost{};
    };
  });
}

void run_writers() {
  run_rendering("found", "{found} ", "value");
  run_rendering("braces", "{", "\n");
  run_rendering("names", "{a", "\x80");
  run_rendering("no-end", "{found", "\xe2\x80\xae");
  run_rendering("other", "%{found}", "\xf0\x9f");
  run_doubling("address-parse", 16000, [](std::size_t n) -> Work {
    return [text = fill("1:", n), dots = fill("1.", n)] {
      (void)Address::parse(text);
      (void)Address::parse(dots);
      return Cost{};
    };
  });
}

// ---- The most that a lawful check can cost with the default limits ------------------------------

// Ten mx terms of ten hosts. `common` is the begin of all host names.
SharedWorld world_of_hosts(std::size_t terms, std::size_t addresses, const std::string& common,
                           bool collide) {
  const auto hash = [](std::string_view name, std::uint32_t value) {  // FNV-1a
    for (const char c : name) value = (value ^ static_cast<unsigned char>(c)) * 16777619U;
    return value;
  };
  const std::uint32_t begin = hash(common, 2166136261U ^ 1U);
  auto world = std::make_shared<World>();
  std::string record = "v=spf1";
  std::size_t tried = 0;
  for (std::size_t term = 0; term < terms; ++term) {
    record += " mx:" + place(term + 1);
    for (int found = 0; found < 10; ++tried) {
      const std::string end = std::to_string(tried) + ".example";
      const std::uint32_t value = hash(end, begin);
      if (collide && ((value ^ value >> 15) & 0xffff) != 0) continue;
      world->host(place(term + 1), RecordType::mx, common + end);
      world->address(common + end, addresses);
      ++found;
    }
  }
  world->text("example.com", record + " -all");
  return world;
}

SharedWorld world_of_validated_names(const std::string& record, const std::string& explanation) {
  SharedWorld world = world_of(record);
  world->text("why.example", explanation);
  for (int i = 0; i < 10; ++i) {
    const std::string name = std::to_string(i) + ".example.com";
    world->host("9.2.0.192.in-addr.arpa", RecordType::ptr, name);
    world->address(name, 512);
  }
  return world;
}

// Nineteen records that fit as guesses, but leave no room to keep what was read of them.
SharedWorld world_of_forgotten_guesses() {
  auto world = std::make_shared<World>();
  std::string record = "v=spf1 mx:hosts.example";
  for (int i = 0; i < 10; ++i) {
    const std::string name = std::to_string(i) + ".hosts.example";
    world->host("hosts.example", RecordType::mx, name);
    world->address(name, 512);
  }
  for (std::size_t i = 1; i < 9; ++i) {
    record += " include:" + place(i);
    world->text(place(i), record_of(kPatterns[0], 3900 + (i == 8 ? 300 : 0)) + "-all");
  }
  world->text("example.com", record + " -all");
  return world;
}

void run_worst() {
  const std::string common = fill("a", 63) + "." + fill("b", 63) + "." + fill("c", 63) + ".";
  for (const std::uint32_t guesses : {0U, 20U}) {
    const std::string suffix = "/guesses-" + std::to_string(guesses);
    const auto measure = [&](const char* name, const SharedWorld& world) {
      world->options.guesses = guesses;
      if (is_mine()) run("worst", name + suffix, 1, checking(world, true));
    };
    measure("100-hosts", world_of_hosts(10, 1, "", false));
    measure("100-hosts-long-names", world_of_hosts(10, 1, common, false));
    measure("100-hosts-one-hash", world_of_hosts(10, 1, common, true));
    measure("60-hosts-512-addresses", world_of_hosts(6, 480, "", false));
    measure("long-explanation",
            world_of_validated_names("v=spf1 -all exp=why.example", fill("%{p} ", 60000)));
    measure("long-macros",
            world_of_validated_names("v=spf1 exists:" + fill("%{p}", 60000) + " -all", ""));
    measure("long-sender",
            with_sender(world_of_validated_names(
                            "v=spf1 exists:1.%{l} exists:2.%{l} exists:3.%{l} exists:4.%{l} "
                            "exists:5.%{l} exists:6.%{l} exists:7.%{l} exists:8.%{l} "
                            "mx:%{p} -all exp=%{s}.%{p}.example",
                            ""),
                        "a", 16000));
    measure("guesses-without-room", world_of_forgotten_guesses());
  }
}

// ---- Planted ------------------------------------------------------------------------------------

void run_planted() {
  run_doubling("planted/quadratic", 500, [](std::size_t n) -> Work {
    return [text = fill("a", n)] {
      volatile unsigned pairs = 0;
      for (const char a : text) {
        for (const char b : text) pairs = pairs + (a == b ? 1U : 0U);
      }
      return Cost{};
    };
  });
}

}  // namespace

int main(int count, char** arguments) {
  if (count == 3) {
    share = static_cast<unsigned>(std::stoul(arguments[1]));
    shares = static_cast<unsigned>(std::stoul(arguments[2]));
  }
  run_planted();
  run_records();
  run_macros();
  run_senders();
  run_answers();
  run_chains();
  run_writers();
  run_worst();
}
