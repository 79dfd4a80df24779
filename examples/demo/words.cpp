#include "demo/words.h"

namespace demo {
namespace {

constexpr Words kEnglish = {
    .verdict =
        {
            "{0} has no SPF policy, so nothing is known about {1}.",
            "{0} says nothing about {1}.",
            "{0} allows {1} to send its mail.",
            "{0} does not allow {1} to send its mail; receivers may refuse it.",
            "{0} probably does not allow {1} to send its mail; receivers may suspect it.",
            "A look-up failed, so it is open whether {0} allows {1}; try again later.",
            "The SPF policy of {0} is unusable; its owner must repair it.",
        },
    .outcome = {"", "match", "no match", "pass", "fail", "softfail", "neutral", "temperror",
                "permerror", "no address", "failed"},
    .severity = {"error", "warning", "notice", "info"},
    .no_domain = "This sender",
    .explanation = "{0} explains (its own words): “{1}”",
    .client = "Client ",
    .decided_by = "Decided by {0}. ",
    .no_term = "No term matched. ",
    .totals = "Look-ups: {0}, void: {1}.",
    .used = "{0} (at most {1})",
    .one_lookup = "1 look-up",
    .lookups = "{0} look-ups",
    .voids = "{0} void",
    .trace_cut = "… further steps are left out here",
    .cause = "explains the verdict",
    .own_zone = "Your own zone file: {0} --zone FILE IP MAIL_FROM [HELO]; more with --help.",
};

constexpr Words kGerman = {
    .verdict =
        {
            "{0} hat keine Absenderrichtlinie, über {1} ist daher nichts bekannt.",
            "{0} trifft keine Aussage über {1}.",
            "{0} berechtigt {1} zum Versand.",
            "{0} berechtigt {1} nicht zum Versand; die E-Mail darf abgewiesen werden.",
            "{0} berechtigt {1} vermutlich nicht zum Versand; die E-Mail gilt als verdächtig.",
            "Eine Abfrage schlug fehl; ob {0} den Versand durch {1} erlaubt, ist noch offen.",
            "Die Absenderrichtlinie von {0} ist unbrauchbar; der Betreiber muss sie berichtigen.",
        },
    .outcome = {"", "trifft zu", "trifft nicht zu", "pass", "fail", "softfail", "neutral",
                "temperror", "permerror", "keine Adresse", "gescheitert"},
    .severity = {"Fehler", "Warnung", "Hinweis", "Info"},
    .no_domain = "Dieser Absender",
    .explanation = "{0} erklärt dazu (eigene Worte): „{1}“",
    .client = "Client ",
    .decided_by = "Entschieden durch {0}. ",
    .no_term = "Keine Angabe traf zu. ",
    .totals = "Abfragen: {0}, davon ins Leere: {1}.",
    .used = "{0} (höchstens {1})",
    .one_lookup = "1 Abfrage",
    .lookups = "{0} Abfragen",
    .voids = "{0} ins Leere",
    .trace_cut = "… weitere Schritte sind hier ausgelassen",
    .cause = "erklärt das Ergebnis",
    .own_zone = "Eigene Zonendatei: {0} --zone DATEI IP MAIL_FROM [HELO]; mehr mit --help.",
};

}  // namespace

const Words& words_of(mailassay::Language language) {
  return language == mailassay::Language::de ? kGerman : kEnglish;
}

std::string filled(std::string_view pattern, std::string_view first, std::string_view second) {
  std::string out;
  while (!pattern.empty()) {
    if (pattern.starts_with("{0}") || pattern.starts_with("{1}")) {
      out += pattern[1] == '0' ? first : second;
      pattern.remove_prefix(3);
    } else {
      out += pattern.front();
      pattern.remove_prefix(1);
    }
  }
  return out;
}

}  // namespace demo
