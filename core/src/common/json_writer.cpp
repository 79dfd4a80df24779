#include "common/json_writer.h"

namespace mailassay::inline v0::detail {
namespace {

void write_source(JsonWriter& json, const Source& source, std::size_t id) noexcept {
  json.begin_object();
  json.member("id", static_cast<std::uint32_t>(id));
  json.member("kind", name(source.kind));
  json.member("owner", source.owner);
  json.member("type", name(source.type));
  json.member("text", source.text);
  json.key("string_ends");
  json.begin_array();
  for (const std::uint32_t end : source.string_ends) json.number(end);
  json.end_array();
  json.end_object();
}

void write_step(JsonWriter& json, const Step& step) noexcept {
  json.begin_object();
  json.member("depth", std::uint32_t{step.depth});
  json.member("kind", name(step.kind));
  json.member("source", step.source);
  json.member("begin", step.span.begin);
  json.member("end", step.span.end);
  json.member("target", step.target);
  json.member("question", step.question);
  json.member("outcome", name(step.outcome));
  json.member("lookups", step.lookups);
  json.member("voids", step.voids);
  json.end_object();
}

// [name, type, needed]
void write_question(JsonWriter& json, const Question& question) noexcept {
  const bool dns = question.kind == QuestionKind::dns;
  json.begin_array();
  json.string(question.name);
  json.string(dns ? name(question.type) : name(question.kind));
  json.boolean(question.needed);
  json.end_array();
}

}  // namespace

void JsonWriter::quote(std::string_view text) noexcept {
  out_.put('"');
  for (const char c : text) {
    if (c == '"' || c == '\\') {
      out_.put('\\');
      out_.put(c);
    } else if (is_printable(c)) {
      out_.put(c);
    } else {
      const auto byte = static_cast<unsigned char>(c);
      out_.put("\\u00");
      out_.put(hex_digit(byte >> 4U));
      out_.put(hex_digit(byte));
    }
  }
  out_.put('"');
}

void write_members(JsonWriter& json, const Diagnostic& diagnostic) noexcept {
  json.member("code", static_cast<std::uint32_t>(diagnostic.code));
  json.member("name", name(diagnostic.code));
  json.member("severity", name(diagnostic.severity));
  json.member("source", diagnostic.source);
  json.member("begin", diagnostic.span.begin);
  json.member("end", diagnostic.span.end);
  json.key("arguments");
  json.begin_object();
  for (const Argument& argument : diagnostic.arguments()) {
    if (argument.is_number) {
      json.member(name(argument.placeholder), argument.number);
    } else {
      json.member(name(argument.placeholder), argument.text);
    }
  }
  json.end_object();
}

void write_members(JsonWriter& json, const Report& report) noexcept {
  json.member("cause", report.cause);
  json.member("decided_by", report.decided_by);
  json.member("limited", report.limited);
  json.key("sources");
  json.begin_array();
  for (std::size_t i = 0; i < report.sources.size(); ++i) write_source(json, report.sources[i], i);
  json.end_array();
  json.key("questions");
  json.begin_array();
  for (const Question& question : report.questions) write_question(json, question);
  json.end_array();
  json.key("diagnostics");
  json.begin_array();
  for (const Diagnostic& diagnostic : report.diagnostics) {
    json.begin_object();
    write_members(json, diagnostic);
    json.end_object();
  }
  json.end_array();
  json.key("trace");
  json.begin_array();
  for (const Step& step : report.trace) write_step(json, step);
  json.end_array();
  json.member("trace_cut", report.trace_cut);
}

}  // namespace mailassay::inline v0::detail
