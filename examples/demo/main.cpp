// Checks a few senders against a zone file and shows what SPF says about them, and why.
#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "demo/json.h"
#include "demo/print.h"
#include "demo/words.h"
#include "demo/zone.h"
#include "mailassay/drive.h"
#include "mailassay/json.h"
#include "mailassay/spf.h"

#ifdef _WIN32
#include <io.h>
#else
#include <unistd.h>
#endif

namespace {

using mailassay::spf::Check;
using mailassay::spf::Result;
using mailassay::spf::Verdict;

constexpr const char* kHelp = R"(Usage:
  ./dev demo [--data DIR] [options]
  ./dev demo --zone FILE IP MAIL_FROM [HELO] [options]

Without --zone, checks the senders of DIR/senders.json against DIR/zone.json. DIR is the
demo's own folder by default; nothing is looked up on the network.
With --zone, checks one sender against your own zone file: a JSON object of names, such as
  {"example.com": {"TXT": ["v=spf1 mx -all"], "MX": [[10, "mx.example.com"]]},
   "mx.example.com": {"A": ["192.0.2.1"]}, "slow.example.com": "TIMEOUT"}
MAIL_FROM may be empty or <>: then HELO is checked.

Options:
  --lang de|en    language (default: from LC_ALL, LC_MESSAGES or LANG; else English)
  --color[=WHEN]  auto (default: only on a terminal), always (without WHEN) or never
  --json          write each result as one line of JSON
  --help          show this text
  --              what follows is no option

The demo has no IDNA library. A domain with letters outside ASCII must be given in its
A-label form (xn--…); in any other form the check ends in temperror.

Exit status: without --zone, 0 if the demo ran. With --zone, 0 pass, 1 any other verdict,
3 temperror (something could not be looked up). Always 2 for wrong usage or unreadable files.
)";

constexpr int kUsage = 2;

struct Arguments {
  demo::Style style;
  std::string data = MAILASSAY_DEMO_DATA;
  std::optional<std::string> zone;
  std::vector<std::string> sender;  // IP, MAIL_FROM, HELO
  bool json = false;
  bool help = false;
};

// A mistake of the user: the text names the argument and the remedy.
struct UsageError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

mailassay::Language language_of_environment() {
  for (const char* variable : {"LC_ALL", "LC_MESSAGES", "LANG"}) {
    const char* value = std::getenv(variable);
    if (value == nullptr || *value == '\0') continue;
    return std::string_view(value).starts_with("de") ? mailassay::Language::de
                                                     : mailassay::Language::en;
  }
  return mailassay::Language::en;
}

bool is_terminal() {
#ifdef _WIN32
  return _isatty(_fileno(stdout)) != 0;
#else
  return isatty(STDOUT_FILENO) != 0;
#endif
}

mailassay::Language language_of(std::string_view word) {
  if (word == "de") return mailassay::Language::de;
  if (word == "en") return mailassay::Language::en;
  throw UsageError("--lang: \"" + std::string(word) + "\" is not available; write de or en");
}

bool color_of(std::string_view when) {
  if (when == "always") return true;
  if (when == "never") return false;
  // An agreement among programs: see no-color.org.
  const char* no_color = std::getenv("NO_COLOR");
  if (when == "auto") return is_terminal() && (no_color == nullptr || *no_color == '\0');
  throw UsageError("--color: \"" + std::string(when) +
                   "\" is unknown; write auto, always or never");
}

// Walks over the command line; an option's value is the next word or follows an equals sign.
class CommandLine {
 public:
  explicit CommandLine(std::span<char*> words) : words_(words) {}

  bool next() {
    if (words_.empty()) return false;
    word_ = words_.front();
    words_ = words_.subspan(1);
    is_option_ = !only_operands_ && word_.size() > 1 && word_.starts_with('-');
    if (is_option_ && word_ == "--") {
      only_operands_ = true;
      return next();
    }
    const std::size_t sign = is_option_ ? word_.find('=') : std::string_view::npos;
    has_value_ = sign != std::string_view::npos;
    if (has_value_) {
      value_ = word_.substr(sign + 1);
      word_ = word_.substr(0, sign);
    }
    return true;
  }

  [[nodiscard]] bool is_option() const { return is_option_; }
  [[nodiscard]] std::string_view word() const { return word_; }
  [[nodiscard]] std::string_view value_or(std::string_view other) const {
    return has_value_ ? value_ : other;
  }

  std::string_view value(std::string_view meaning) {
    if (has_value_) return value_;
    if (words_.empty()) {
      throw UsageError(std::string(word_) + ": the value is missing; add " + std::string(meaning));
    }
    const std::string_view value = words_.front();
    words_ = words_.subspan(1);
    return value;
  }

  void need_no_value() const {
    if (has_value_) throw UsageError(std::string(word_) + ": takes no value; delete it");
  }

 private:
  std::span<char*> words_;
  std::string_view word_;
  std::string_view value_;
  bool has_value_ = false;
  bool is_option_ = false;
  bool only_operands_ = false;
};

void read_option(CommandLine& line, Arguments& arguments) {
  const std::string_view word = line.word();
  if (word == "--lang") {
    arguments.style.language = language_of(line.value("de or en"));
  } else if (word == "--color") {
    arguments.style.color = color_of(line.value_or("always"));
  } else if (word == "--data") {
    arguments.data = line.value("a folder");
  } else if (word == "--zone") {
    arguments.zone = line.value("a zone file");
  } else if (word == "--json") {
    line.need_no_value();
    arguments.json = true;
  } else if (word == "--help" || word == "-h") {
    line.need_no_value();
    arguments.help = true;
  } else {
    throw UsageError(std::string(word) + ": this option is unknown; --help lists all");
  }
}

Arguments read_arguments(std::span<char*> words) {
  Arguments arguments;
  arguments.style = {language_of_environment(), color_of("auto")};
  CommandLine line(words);
  while (line.next()) {
    if (line.is_option()) {
      read_option(line, arguments);
    } else {
      arguments.sender.emplace_back(line.word());
    }
  }
  const std::size_t given = arguments.sender.size();
  if (!arguments.zone && given > 0) {
    throw UsageError(arguments.sender[0] + ": a sender needs a zone; add --zone FILE");
  }
  if (arguments.zone && !arguments.help && (given < 2 || given > 3)) {
    throw UsageError(
        "--zone: give IP MAIL_FROM [HELO] as well, for instance 192.0.2.1 a@example.com");
  }
  return arguments;
}

std::string read_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::string text;
  try {
    text.assign(std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>());
  } catch (const std::ios_base::failure&) {  // a folder opens, but cannot be read
    file.setstate(std::ios::badbit);
  }
  if (!file) throw UsageError(path + ": cannot be read; check the name and the permissions");
  return text;
}

demo::Json read_json(const std::string& path) {
  const std::string text = read_file(path);
  try {
    return demo::Json::parse(text);
  } catch (const demo::JsonError& error) {
    throw UsageError(path + ": " + error.what() + "; correct the file");
  }
}

demo::Zone read_zone(const std::string& path) {
  const demo::Json names = read_json(path);
  try {
    return demo::Zone::from_json(names);
  } catch (const std::runtime_error& error) {
    throw UsageError(path + ": " + error.what());
  }
}

std::vector<demo::Heading> read_senders(const std::string& path, mailassay::Language language) {
  const demo::Json list = read_json(path);
  std::vector<demo::Heading> senders;
  try {
    for (const demo::Json& item : list.as_array()) {
      const auto member = [&item](std::string_view name) -> const demo::Json& {
        const demo::Json* found = item.find(name);
        if (found == nullptr) throw std::runtime_error(std::string(name) + " is missing");
        return *found;
      };
      const demo::Json* title =
          member("title").find(language == mailassay::Language::de ? "de" : "en");
      senders.push_back({title != nullptr ? title->as_string() : std::string(),
                         member("ip").as_string(), member("mail_from").as_string(),
                         member("helo").as_string()});
    }
  } catch (const std::runtime_error& error) {
    throw UsageError(path + ": sender " + std::to_string(senders.size() + 1) + ": " + error.what());
  }
  return senders;
}

std::string json_line(const Result& result) {
  std::string out(mailassay::write_json(result, {}), '\0');
  mailassay::write_json(result, out);
  return out + '\n';
}

std::string text_of(const Result& result, const demo::Heading& sender, const Arguments& arguments) {
  if (arguments.json) return json_line(result);
  return demo::heading(sender, arguments.style) + demo::report(result, arguments.style);
}

// Checks one sender, writes the result and returns the verdict.
Verdict show(const demo::Zone& zone, const demo::Heading& sender, const Arguments& arguments) {
  const auto client = mailassay::Address::parse(sender.ip);
  if (!client) {
    throw UsageError(sender.ip +
                     ": this is no address; write one such as 192.0.2.1 or 2001:db8::1");
  }
  static std::byte memory[mailassay::scratch_bytes()];
  Check check(
      {.client = *client, .mail_from = sender.mail_from, .helo = sender.helo, .receiver = {}},
      memory);
  mailassay::drive(check, [&zone](const mailassay::Question& question, Check& open) {
    zone.answer(open, question);
  });
  const std::string text = text_of(check.result(), sender, arguments);
  std::fwrite(text.data(), 1, text.size(), stdout);
  return check.result().verdict;
}

int run_demo(const Arguments& arguments) {
  const demo::Zone zone = read_zone(arguments.data + "/zone.json");
  std::vector<demo::Heading> senders =
      read_senders(arguments.data + "/senders.json", arguments.style.language);
  for (std::size_t i = 0; i < senders.size(); ++i) {
    senders[i].title =
        std::to_string(i + 1) + '/' + std::to_string(senders.size()) + "  " + senders[i].title;
    show(zone, senders[i], arguments);
  }
  if (!arguments.json) {
    const demo::Words& words = demo::words_of(arguments.style.language);
    std::printf("%s\n", demo::filled(words.own_zone, "./dev demo").c_str());
  }
  return 0;
}

int run_zone(const Arguments& arguments) {
  const std::vector<std::string>& sender = arguments.sender;
  const Verdict verdict =
      show(read_zone(*arguments.zone),
           {{}, sender[0], sender[1], sender.size() > 2 ? sender[2] : std::string()}, arguments);
  if (verdict == Verdict::pass) return 0;
  return verdict == Verdict::temperror ? 3 : 1;
}

int run(std::span<char*> words) {
  const Arguments arguments = read_arguments(words);
  if (arguments.help) {
    std::fputs(kHelp, stdout);
    return 0;
  }
  return arguments.zone ? run_zone(arguments) : run_demo(arguments);
}

}  // namespace

int main(int argc, char** argv) {
  try {
    // Without even a name of the program (argc 0) there are no arguments either.
    const std::span<char*> words(argv, static_cast<std::size_t>(argc));
    const int status = run(words.subspan(words.empty() ? 0 : 1));
    if (std::fflush(stdout) == 0) return status;
    throw UsageError("standard output: cannot be written; check where it goes");
  } catch (const std::exception& error) {
    std::fprintf(stderr, "mailassay_demo: %s\n", demo::shown(error.what()).c_str());
    return kUsage;
  }
}
