// The SPF vectors as worlds that a proof can run again and again: a request, and every answer that
// the zone has for it, made once and kept, so that giving it costs nothing but the core's work.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "demo/zone.h"
#include "mailassay/mailassay.h"

namespace proofs {

// One check of the vectors.
struct World {
  std::string id;
  std::string mail_from;
  std::string helo;
  std::string receiver;
  mailassay::Address client;
  std::uint64_t now = 0;
  mailassay::Limits limits;
  mailassay::Options options;
  demo::Zone zone;

  [[nodiscard]] mailassay::spf::Request request() const {
    return {
        .client = client, .mail_from = mail_from, .helo = helo, .receiver = receiver, .now = now};
  }
};

// All cases of the protocols `spf` and `spf_record`, in the order of their files.
std::vector<World> spf_worlds();
std::vector<std::string> spf_records();

// An answer in the form that the core reads.
class Answer {
 public:
  explicit Answer(demo::ZoneAnswer found);
  explicit Answer(std::string label, mailassay::AnswerStatus status);
  Answer(const Answer&) = delete;
  Answer& operator=(const Answer&) = delete;

  void give(mailassay::CheckBase& check, std::uint32_t id) const;

 private:
  demo::ZoneAnswer found_;
  std::vector<std::vector<std::string_view>> strings_;
  std::vector<mailassay::DnsRecord> records_;
  std::string label_;
  bool is_label_ = false;
};

// The answers of one world, each made when it is first asked for.
class Host {
 public:
  explicit Host(const World& world) : world_(world) {}

  const Answer& answer_to(const mailassay::Question& question);
  void operator()(const mailassay::Question& question, mailassay::CheckBase& check) {
    answer_to(question).give(check, question.id);
  }

 private:
  const World& world_;
  std::map<std::pair<mailassay::RecordType, std::string>, Answer> answers_;
};

}  // namespace proofs
