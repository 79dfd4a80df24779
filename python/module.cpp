// The module mailassay._core: plain values in, plain values out. Text from outside crosses as
// bytes on the way in, and as str of the code points 0-255 on the way out, so that a byte offset
// indexes it. Rows (tuples) are built from the core's structures; the package makes dataclasses of
// them. Every view is copied before the call returns: no Python object refers to the core's memory.
#include <pybind11/pybind11.h>

#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "mailassay/mailassay.h"
#include "mailassay/messages.h"
#include "mailassay/render.h"

namespace py = pybind11;
namespace ma = mailassay;
namespace spf = mailassay::spf;

namespace {

// Becomes MisuseError in Python.
struct Misuse : std::runtime_error {
  using std::runtime_error::runtime_error;
};

// Shorter records are parsed faster than another thread could take over.
constexpr std::size_t kGilBytes = 8 * 1024;

// ---- Text and names ----------------------------------------------------------------------------

py::str owned(PyObject* text) {
  if (text == nullptr) throw py::error_already_set();
  return py::reinterpret_steal<py::str>(text);
}

py::str latin1(std::string_view bytes) {
  return owned(
      PyUnicode_DecodeLatin1(bytes.data(), static_cast<Py_ssize_t>(bytes.size()), nullptr));
}

py::str utf8(std::string_view bytes) {
  return owned(
      PyUnicode_DecodeUTF8(bytes.data(), static_cast<Py_ssize_t>(bytes.size()), "surrogateescape"));
}

// The name of an enumerator; nothing for ma::RecordType::none and the like.
template <class Enum>
py::object named(Enum value) {
  const std::string_view text = name(value);
  if (text.empty()) return py::none();
  return latin1(text);
}

// The enumerator with this name, of an enumeration whose names end with an empty one.
template <class Enum>
Enum value_named(std::string_view wanted, std::string_view what) {
  for (unsigned i = 0; !name(static_cast<Enum>(i)).empty(); ++i) {
    if (name(static_cast<Enum>(i)) == wanted) return static_cast<Enum>(i);
  }
  throw Misuse("\"" + std::string(wanted) + "\" is no " + std::string(what));
}

template <class Enum>
py::tuple names_until(unsigned count) {
  py::list names;
  for (unsigned i = 0; i < count && !name(static_cast<Enum>(i)).empty(); ++i) {
    names.append(named(static_cast<Enum>(i)));
  }
  return py::tuple(names);
}

template <class Enum>
py::tuple all_names() {
  return names_until<Enum>(std::numeric_limits<unsigned>::max());
}

// What the package's enumerations must hold, in order.
py::dict enum_names() {
  py::dict names;
  names["AnswerStatus"] = all_names<ma::AnswerStatus>();
  names["Outcome"] = all_names<ma::Outcome>();
  names["QuestionKind"] = all_names<ma::QuestionKind>();
  names["Severity"] = all_names<ma::Severity>();
  names["SourceKind"] = all_names<ma::Source::Kind>();
  names["StepKind"] = all_names<ma::Step::Kind>();
  names["Identity"] = names_until<spf::Identity>(unsigned(spf::Identity::helo) + 1);
  names["TermKind"] = names_until<spf::TermKind>(unsigned(spf::TermKind::invalid) + 1);
  names["Verdict"] = names_until<spf::Verdict>(unsigned(spf::Verdict::permerror) + 1);
  return names;
}

// Runs a writer of the core twice: once for the size, once for the text.
template <class Write>
std::string written(Write write) {
  std::string text(write(std::span<char>()), '\0');
  write(std::span<char>(text));
  return text;
}

py::bytes packed(const ma::Address& address) {
  return {reinterpret_cast<const char*>(address.bytes.data()), address.size()};
}

ma::Address unpacked(std::string_view bytes) {
  ma::Address address;
  if (bytes.size() != 4 && bytes.size() != 16) throw Misuse("an address has 4 or 16 bytes");
  address.family = bytes.size() == 4 ? ma::Family::ipv4 : ma::Family::ipv6;
  bytes.copy(reinterpret_cast<char*>(address.bytes.data()), bytes.size());
  return address;
}

py::object parse_address(std::string_view text) {
  const auto address = ma::Address::parse(text);
  if (!address) return py::none();
  return packed(*address);
}

// ---- Rows of a report --------------------------------------------------------------------------

py::tuple row(const ma::Argument& argument) {
  if (argument.is_number) return py::make_tuple(named(argument.placeholder), argument.number);
  return py::make_tuple(named(argument.placeholder), latin1(argument.text));
}

py::tuple row(const ma::Source& source) {
  py::list ends;
  for (const std::uint32_t end : source.string_ends) ends.append(end);
  return py::make_tuple(named(source.kind), latin1(source.owner), named(source.type),
                        latin1(source.text), py::tuple(ends));
}

py::tuple row(const ma::Diagnostic& diagnostic) {
  py::list arguments;
  for (const ma::Argument& argument : diagnostic.arguments()) arguments.append(row(argument));
  return py::make_tuple(static_cast<unsigned>(diagnostic.code), latin1(name(diagnostic.code)),
                        named(diagnostic.severity), diagnostic.source, diagnostic.span.begin,
                        diagnostic.span.end, py::tuple(arguments));
}

py::tuple row(const ma::Step& step) {
  return py::make_tuple(step.depth, named(step.kind), step.source, step.span.begin, step.span.end,
                        latin1(step.target), step.question, named(step.outcome), step.lookups,
                        step.voids);
}

// A U-label is text; every other name stays as the bytes that it is.
py::tuple row(const ma::Question& question) {
  const bool label = question.kind == ma::QuestionKind::to_ascii;
  return py::make_tuple(question.id, named(question.kind), named(question.type),
                        label ? utf8(question.name) : latin1(question.name), question.needed,
                        question.answered);
}

template <class Sequence>
py::list rows(const Sequence& sequence) {
  py::list all;
  for (const auto& element : sequence) all.append(row(element));
  return all;
}

// ---- Texts of findings -------------------------------------------------------------------------

ma::Language language_named(std::string_view wanted) {
  if (wanted == "en") return ma::Language::en;
  if (wanted == "de") return ma::Language::de;
  throw Misuse("there are no texts in \"" + std::string(wanted) + "\"; languages are en and de");
}

std::uint32_t number_of(const py::object& value) {
  try {
    return value.cast<std::uint32_t>();
  } catch (const py::cast_error&) {
    throw Misuse("a number in a finding lies between 0 and 2**32 - 1");
  }
}

// `arguments`: tuples of a placeholder's name and an int or bytes.
py::str render(unsigned code, const py::tuple& arguments, std::string_view language) {
  if (code > std::numeric_limits<std::uint16_t>::max()) throw Misuse("no finding has this code");
  ma::Diagnostic diagnostic;
  diagnostic.code = static_cast<ma::Code>(code);
  if (arguments.size() > diagnostic.argument.size()) {
    throw Misuse("a finding has 3 arguments at most");
  }
  for (const py::handle pair : arguments) {
    const auto [placeholder, value] = pair.cast<std::pair<std::string_view, py::object>>();
    ma::Argument& argument = diagnostic.argument[diagnostic.argument_count++];
    argument.placeholder = value_named<ma::Argument::Name>(placeholder, "name of an argument");
    argument.is_number = py::isinstance<py::int_>(value);
    if (argument.is_number) {
      argument.number = number_of(value);
    } else {
      argument.text = value.cast<std::string_view>();
    }
  }
  const std::string_view pattern = ma::text(diagnostic.code, language_named(language));
  return utf8(written([&](std::span<char> out) { return ma::render(pattern, diagnostic, out); }));
}

py::str escape_text(std::string_view text) {
  return utf8(written([text](std::span<char> out) { return ma::escape_text(text, 0, out); }));
}

// ---- Limits ------------------------------------------------------------------------------------

struct LimitField {
  const char* name;
  std::uint32_t ma::Limits::* member;
};

constexpr LimitField kLimits[] = {
    {"pool", &ma::Limits::pool},
    {"guess_pool", &ma::Limits::guess_pool},
    {"questions", &ma::Limits::questions},
    {"guesses", &ma::Limits::guesses},
    {"trace_steps", &ma::Limits::trace_steps},
    {"diagnostics", &ma::Limits::diagnostics},
    {"sources", &ma::Limits::sources},
    {"record_bytes", &ma::Limits::record_bytes},
    {"addresses", &ma::Limits::addresses},
    {"identity_bytes", &ma::Limits::identity_bytes},
    {"explanation_bytes", &ma::Limits::explanation_bytes},
};

py::dict default_limits() {
  const ma::Limits limits;
  py::dict all;
  for (const LimitField& field : kLimits) all[field.name] = limits.*field.member;
  return all;
}

ma::Limits limits_of(const py::dict& given) {
  ma::Limits limits;
  for (const LimitField& field : kLimits) {
    limits.*field.member = given[field.name].cast<std::uint32_t>();
  }
  return limits;
}

// ---- SPF ---------------------------------------------------------------------------------------

std::string describe(ma::Status status) {
  switch (status) {
    case ma::Status::unknown_question:
      return "it was never given out";
    case ma::Status::wrong_kind:
      return "it is a question of another kind";
    case ma::Status::wrong_record:
      return "a record holds an address of the other family";
    default:
      return std::string(name(status));
  }
}

// One check with the memory that it needs.
class SpfCheck {
 public:
  SpfCheck(std::string_view client, std::string_view mail_from, std::string_view helo,
           std::string_view receiver, std::uint64_t now, std::uint32_t void_lookups,
           std::uint32_t guesses, const py::dict& limits)
      : SpfCheck({.client = unpacked(client),
                  .mail_from = mail_from,
                  .helo = helo,
                  .receiver = receiver,
                  .now = now,
                  .void_lookups = void_lookups},
                 {.guesses = guesses}, limits_of(limits)) {}

  bool poll() { return check_.poll() == ma::Progress::done; }

  py::list new_questions() { return rows(check_.new_questions()); }

  py::list questions() const { return rows(check_.questions()); }

  // `records`: tuples of character-strings (bytes), host (bytes), preference, packed address.
  void answer_dns(std::uint32_t id, std::string_view status, bool secure,
                  std::string_view canonical_name, const py::list& records) {
    std::vector<std::vector<std::string_view>> strings(records.size());
    std::vector<ma::DnsRecord> read(records.size());
    for (std::size_t i = 0; i < records.size(); ++i) {
      const auto record = records[i].cast<py::tuple>();
      for (const py::handle string : record[0].cast<py::tuple>()) {
        strings[i].push_back(string.cast<std::string_view>());
      }
      read[i].strings = strings[i];
      read[i].name = record[1].cast<std::string_view>();
      read[i].preference = record[2].cast<std::uint16_t>();
      const auto address = record[3].cast<std::string_view>();
      if (!address.empty()) read[i].address = unpacked(address);
    }
    const auto answered = value_named<ma::AnswerStatus>(status, "status of an answer");
    require(id, check_.answer(id, ma::DnsAnswer{answered, secure, canonical_name, read}));
  }

  void answer_label(std::uint32_t id, std::string_view status, std::string_view label) {
    const auto answered = value_named<ma::AnswerStatus>(status, "status of an answer");
    require(id, check_.answer(id, ma::LabelAnswer{answered, label}));
  }

  void fail_open(std::string_view status) {
    check_.fail_open(value_named<ma::AnswerStatus>(status, "status of an answer"));
  }

  std::size_t scratch_used() const { return check_.scratch_used(); }

  py::tuple result() const {
    const spf::Result result = check_.result();
    const std::string field =
        written([&result](std::span<char> out) { return spf::received_spf(result, out); });
    return py::make_tuple(named(result.verdict), named(result.identity), latin1(result.domain),
                          latin1(result.local_part), packed(result.client), latin1(result.helo),
                          latin1(result.receiver), latin1(result.explanation), result.lookups,
                          result.void_lookups, latin1(field), report_row(result));
  }

  py::str json() const {
    const spf::Result result = check_.result();
    return latin1(written([&result](std::span<char> out) { return ma::write_json(result, out); }));
  }

 private:
  SpfCheck(const spf::Request& request, const ma::Options& options, const ma::Limits& limits)
      : size_(ma::scratch_bytes(limits)),
        memory_(new std::byte[size_]),
        check_(request, {memory_.get(), size_}, options, limits) {
    if (check_.status() != ma::Status::ok) {
      throw Misuse("these limits make no check: " + describe(check_.status()));
    }
  }

  static void require(std::uint32_t id, ma::Status status) {
    if (status == ma::Status::ok) return;
    throw Misuse("question " + std::to_string(id) + " cannot be answered so: " + describe(status));
  }

  static py::tuple report_row(const ma::Report& report) {
    return py::make_tuple(report.cause, report.decided_by, report.limited, report.trace_cut,
                          rows(report.sources), rows(report.questions), rows(report.diagnostics),
                          rows(report.trace));
  }

  std::size_t size_;
  std::unique_ptr<std::byte[]> memory_;
  spf::Check check_;
};

std::unique_ptr<SpfCheck> make_spf_check(std::string_view client, std::string_view mail_from,
                                         std::string_view helo, std::string_view receiver,
                                         std::uint64_t now, std::uint32_t void_lookups,
                                         std::uint32_t guesses, const py::dict& limits) {
  return std::make_unique<SpfCheck>(client, mail_from, helo, receiver, now, void_lookups, guesses,
                                    limits);
}

// Only make_spf_check() makes one: __new__ by itself would give an object without a check in it.
void forbid_instantiation(PyHeapTypeObject* type) {
  type->ht_type.tp_new = nullptr;
  type->ht_type.tp_flags |= Py_TPFLAGS_DISALLOW_INSTANTIATION;
}

// ---- The record by itself ----------------------------------------------------------------------

struct ReadTerm {
  spf::Term term;
  std::string canonical;
};

struct ReadRecord {
  ma::Diagnostic version_error;
  std::vector<ReadTerm> terms;
};

ReadRecord read_record(std::string_view record) {
  spf::RecordReader reader(record);
  ReadRecord read{reader.version_error(), {}};
  for (spf::Term term; reader.next(term);) {
    std::string canonical =
        written([&](std::span<char> out) { return spf::format(term, record, out); });
    read.terms.push_back({term, std::move(canonical)});
  }
  return read;
}

py::object row_or_none(const ma::Diagnostic& diagnostic) {
  if (diagnostic.code == ma::Code::none) return py::none();
  return row(diagnostic);
}

py::tuple row(const ReadTerm& read, std::string_view record) {
  const spf::Term& term = read.term;
  const char sign = spf::sign(term.qualifier);
  const bool has_network = term.kind == spf::TermKind::ip4 || term.kind == spf::TermKind::ip6;
  return py::make_tuple(named(term.kind), term.span.begin, term.span.end, latin1({&sign, 1}),
                        latin1(ma::slice(record, term.name)), latin1(ma::slice(record, term.value)),
                        term.prefix4, term.prefix6,
                        has_network ? py::object(packed(term.network)) : py::none(), term.has_macro,
                        latin1(read.canonical), row_or_none(term.error));
}

std::string_view record_text(const py::bytes& record) {
  const std::string_view text = record;
  if (text.size() > std::numeric_limits<std::uint32_t>::max()) {
    throw Misuse("the text is longer than offsets of 32 bits can tell");
  }
  return text;
}

py::tuple parse_spf(const py::bytes& record) {
  const std::string_view text = record_text(record);
  ReadRecord read;
  {
    std::optional<py::gil_scoped_release> released;
    if (text.size() > kGilBytes) released.emplace();
    read = read_record(text);
  }
  py::list terms;
  for (const ReadTerm& term : read.terms) terms.append(row(term, text));
  return py::make_tuple(row_or_none(read.version_error), terms);
}

py::str spf_record_json(const py::bytes& record) {
  const std::string_view text = record_text(record);
  return latin1(written([&](std::span<char> out) { return ma::write_record_json(text, out); }));
}

// ---- The module --------------------------------------------------------------------------------

// A ValueError of the package, so that it prints and pickles as mailassay.MisuseError.
void define_misuse(py::module_& module) {
  static PyObject* misuse = nullptr;
  misuse = PyErr_NewExceptionWithDoc("mailassay.MisuseError",
                                     "The API was used wrongly; the text says how.",
                                     PyExc_ValueError, nullptr);
  if (misuse == nullptr) throw py::error_already_set();
  module.add_object("MisuseError", misuse);
  py::register_local_exception_translator([](std::exception_ptr thrown) {
    try {
      if (thrown) std::rethrow_exception(thrown);
    } catch (const Misuse& problem) {
      PyErr_SetString(misuse, problem.what());
    } catch (const py::cast_error&) {  // its own text names types of C++
      PyErr_SetString(misuse, "a value has a wrong type or lies out of its range");
    }
  });
}

}  // namespace

PYBIND11_MODULE(_core, module) {
  module.doc() = "The C++ core, without any comfort; use the package mailassay.";
  module.attr("__version__") = MAILASSAY_VERSION;
  define_misuse(module);
  module.def("enum_names", &enum_names);
  module.def("default_limits", &default_limits);
  module.def("parse_address", &parse_address, py::arg("text"));
  module.def("render", &render, py::arg("code"), py::arg("arguments"), py::arg("language"));
  module.def("parse_spf", &parse_spf, py::arg("record"));
  module.def("spf_record_json", &spf_record_json, py::arg("record"));
  module.def("escape_text", &escape_text, py::arg("text"));
  module.def("spf_check", &make_spf_check, py::arg("client"), py::arg("mail_from"), py::arg("helo"),
             py::arg("receiver"), py::arg("now"), py::arg("void_lookups"), py::arg("guesses"),
             py::arg("limits"));
  py::class_<SpfCheck>(module, "SpfCheck", py::custom_type_setup(&forbid_instantiation))
      .def("poll", &SpfCheck::poll)
      .def("new_questions", &SpfCheck::new_questions)
      .def("questions", &SpfCheck::questions)
      .def("answer_dns", &SpfCheck::answer_dns, py::arg("id"), py::arg("status"), py::arg("secure"),
           py::arg("canonical_name"), py::arg("records"))
      .def("answer_label", &SpfCheck::answer_label, py::arg("id"), py::arg("status"),
           py::arg("label"))
      .def("fail_open", &SpfCheck::fail_open, py::arg("status"))
      .def("scratch_used", &SpfCheck::scratch_used)
      .def("result", &SpfCheck::result)
      .def("json", &SpfCheck::json);
}
