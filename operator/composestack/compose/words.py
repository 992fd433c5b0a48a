"""Command strings into words, as Compose splits `command: …`: no shell runs, and little of a shell's syntax is known.

The rules are those of compose-go's word splitter: quotes and backslashes as in a shell, `#` is an ordinary character,
and the command ends at the first `;`, `&`, `|`, `<` or `>` outside quotes.
"""

from __future__ import annotations

_BLANKS = frozenset(" \t\r\n")
_SPECIAL = frozenset("\"'`();&|<>")


def split(command: str) -> list[str]:
    """Return the words of a command string; what the splitter does not expand, such as `$(date)`, stays in its word.

    Raises ValueError for an open quote, a backslash at the end, and parentheses other than `$(…)`. compose-go refuses
    them too, but takes a `)` without its `(` for the begin of a quotation.
    """
    splitter = _Splitter()
    characters = iter(command)
    for character in characters:
        if character == "\\" and splitter.quote != "'":
            splitter.add(next(characters, None))
        elif character in _BLANKS:
            splitter.blank(character)
        elif character not in _SPECIAL:
            splitter.add(character)
        elif splitter.special(character):
            break
    return splitter.finish()


class _Splitter:
    def __init__(self) -> None:
        self.words: list[str] = []
        self.word: list[str] = []
        self.begun = False  # a word may be empty: ''
        self.quote = ""  # ' or " or ( for the inside of $(…)
        self.backtick = False

    def add(self, character: str | None) -> None:
        if character is None:
            raise ValueError("the command ends with a backslash; double it, or write the command as a list")
        self.word.append(character)
        self.begun = True

    def blank(self, character: str) -> None:
        if self.quote or self.backtick:
            self.word.append(character)
        else:
            self.end_word()

    def end_word(self) -> None:
        if self.begun:
            self.words.append("".join(self.word))
            self.word = []
            self.begun = False

    def special(self, character: str) -> bool:
        """Take a quote, parenthesis or operator; return whether the command ends here."""
        if character in {'"', "'"} and self.quote in {"", character}:
            self.begun = self.begun or bool(self.quote)
            self.quote = "" if self.quote else character
        elif character == "`" and not self.quote:
            self.backtick = not self.backtick
            self.add(character)
        elif character in {"(", ")"} and self.quote in {"", "("} and not self.backtick:
            self.parenthesis(character)
        elif self.quote or self.backtick:
            self.add(character)
        else:
            self.begun = self.begun and not (character == ">" and self.word and self.word[0] in "0123456789")
            return True
        return False

    def parenthesis(self, character: str) -> None:
        opens = character == "("
        if opens == bool(self.quote) or (opens and self.word[-1:] != ["$"]):
            raise ValueError("a command string has parentheses only as $(…); quote them, or write a list of words")
        self.quote = "(" if opens else ""
        self.add(character)

    def finish(self) -> list[str]:
        if self.quote or self.backtick:
            opened = "`" if self.backtick else "$(" if self.quote == "(" else self.quote
            raise ValueError(f"the command has a {opened} without its end; close it, or write the command as a list")
        self.end_word()
        return self.words
