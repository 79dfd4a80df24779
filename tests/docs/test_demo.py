"""The sample in the README is what the demo prints. ./dev test sets MAILASSAY_DEMO_OUTPUT."""

from __future__ import annotations

import os
import re
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent


def test_the_sample_of_the_readme_is_what_the_demo_prints() -> None:
    output = Path(os.environ["MAILASSAY_DEMO_OUTPUT"]).read_text(encoding="utf-8")
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    (sample,) = re.findall(r"```\n(── .*?)```", readme, re.DOTALL)
    assert sample in output
