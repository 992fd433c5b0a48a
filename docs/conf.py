"""The documentation site: `make docs` builds it into build/docs."""

from __future__ import annotations

from composestack import __version__

project = "ComposeStack"
author = "The ComposeStack authors"
release = __version__

extensions = ["myst_parser"]
myst_heading_anchors = 3
source_suffix = {".md": "markdown"}
exclude_patterns = ["build"]

html_theme = "furo"
html_static_path = ["_static"]
html_css_files = ["tables.css"]
html_title = "ComposeStack"
html_copy_source = False
html_show_copyright = False
