// Everything in one include.
#pragma once

#include "mailassay/address.h"      // IWYU pragma: export
#include "mailassay/check.h"        // IWYU pragma: export
#include "mailassay/diagnostics.h"  // IWYU pragma: export
#include "mailassay/drive.h"        // IWYU pragma: export
#include "mailassay/json.h"         // IWYU pragma: export
#include "mailassay/limits.h"       // IWYU pragma: export
#include "mailassay/question.h"     // IWYU pragma: export
#include "mailassay/render.h"       // IWYU pragma: export
#include "mailassay/result.h"       // IWYU pragma: export
#include "mailassay/spf.h"          // IWYU pragma: export
