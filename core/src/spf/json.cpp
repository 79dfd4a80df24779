#include "mailassay/json.h"

#include "common/json_writer.h"

namespace mailassay::inline v0 {
namespace {

using detail::JsonWriter;

void write_address(JsonWriter& json, std::string_view name, const Address& address) noexcept {
  char text[48];
  json.member(name, std::string_view(text, format(address, text)));
}

void write_value(JsonWriter& json, const spf::Term& term, std::string_view record) noexcept {
  json.member("value", slice(record, term.value));
  const bool ip4 = term.kind == spf::TermKind::ip4;
  const bool ip6 = term.kind == spf::TermKind::ip6;
  const bool named = term.kind == spf::TermKind::a || term.kind == spf::TermKind::mx;
  if (ip4 || named) json.member("prefix4", std::uint32_t{term.prefix4});
  if (ip6 || named) json.member("prefix6", std::uint32_t{term.prefix6});
}

void write_term(JsonWriter& json, const spf::Term& term, std::string_view record) noexcept {
  const bool valid = term.error.code == Code::none;
  const bool mechanism = term.kind < spf::TermKind::redirect;
  json.begin_object();
  json.member("kind", valid ? spf::name(term.kind) : "invalid");
  json.member("begin", term.span.begin);
  json.member("end", term.span.end);
  json.member("text", slice(record, term.span));
  if (valid) {
    const char sign = spf::sign(term.qualifier);
    if (mechanism) json.member("qualifier", std::string_view(&sign, 1));
    json.member("name", slice(record, term.name));
    write_value(json, term, record);
  }
  json.end_object();
}

}  // namespace

std::size_t write_json(const spf::Result& result, std::span<char> out) noexcept {
  JsonWriter json(out);
  json.begin_object();
  json.member("schema", std::uint32_t{1});
  json.member("protocol", "spf");
  json.member("verdict", spf::name(result.verdict));
  json.member("identity", spf::name(result.identity));
  json.member("domain", result.domain);
  json.member("local_part", result.local_part);
  write_address(json, "client", result.client);
  json.member("helo", result.helo);
  json.member("receiver", result.receiver);
  json.member("explanation", result.explanation);
  json.member("lookups", result.lookups);
  json.member("void_lookups", result.void_lookups);
  detail::write_members(json, result);
  json.end_object();
  return json.size();
}

std::size_t write_record_json(std::string_view record, std::span<char> out) noexcept {
  JsonWriter json(out);
  json.begin_object();
  json.member("schema", std::uint32_t{1});
  json.member("protocol", "spf_record");
  json.member("text", record);
  json.key("terms");
  json.begin_array();
  spf::Term term;
  spf::RecordReader reader(record);
  bool valid = reader.version_error().code == Code::none;
  while (reader.next(term)) {
    write_term(json, term, record);
    valid = valid && term.error.code == Code::none;
  }
  json.end_array();
  json.member("valid", valid);
  json.key("diagnostics");
  json.begin_array();
  spf::RecordReader again(record);
  const auto write_error = [&json](const Diagnostic& error) {
    if (error.code == Code::none) return;
    json.begin_object();
    detail::write_members(json, error);
    json.end_object();
  };
  write_error(again.version_error());
  while (again.next(term)) write_error(term.error);
  json.end_array();
  json.end_object();
  return json.size();
}

}  // namespace mailassay::inline v0
