"""Command strings into words, as Compose splits `command: …`: no shell runs, and little of a shell's syntax is known.

The rules are those of Docker Compose's word splitter: quotes and backslashes as in a shell, except that `\\t` is a tab
and `\\n` a line break; `#` is an ordinary character; the command ends at the first `;`, `&`, `|`, `<` or `>` outside
quotes.
"""

from __future__ import annotations

_BLANKS = frozenset(" \t\r\n")
_OPERATORS = frozenset(";&|<>")
_QUOTES = frozenset("\"'`")
_DIGITS = frozenset("0123456789")
_ESCAPES = {"t": "\t", "n": "\n"}


def split(command: str) -> list[str]:
    """Return the words of a command string; what the splitter does not expand, such as `$(date)`, stays in its word.

    Raises ValueError for an open quote, a backslash at the end, and parentheses other than `$(…)`.
    """
    splitter = _Splitter()
    for character in command:
        if not splitter.take(character):
            break
    return splitter.finish()


class _Splitter:
    def __init__(self) -> None:
        self.words: list[str] = []
        self.word: list[str] = []
        self.begun = False  # a word may be empty: ''
        self.plain = True  # whether nothing in the word is quoted or escaped
        self.quote = ""  # ' or " or ` or ( for the inside of $(…)
        self.escaped = False
        self.dollar = False  # whether a $ outside quotes is just before

    def take(self, character: str) -> bool:
        """Take the next character; return whether the command goes on."""
        dollar, self.dollar = self.dollar, False
        if self.escaped:
            self.escape(character)
        elif character == "\\" and self.quote != "'":
            self.escaped = True
        elif character in _BLANKS and not self.quote:
            self.end_word()
        elif character in _OPERATORS and not self.quote:
            self.end_command(character)
            return False
        elif character in _QUOTES and self.quote in {"", character}:
            self.toggle(character)
        elif character in "()" and self.quote in {"", "("}:
            self.parenthesis(character, dollar)
        else:
            self.add(character)
            self.dollar = character == "$" and not self.quote
        return True

    def add(self, text: str) -> None:
        self.word.append(text)
        self.begun = True

    def escape(self, character: str) -> None:
        """Take a character behind a backslash, which stays in `…` and $(…)."""
        self.escaped = self.plain = False
        self.add(f"\\{character}" if self.quote in {"`", "("} else _ESCAPES.get(character, character))

    def toggle(self, quote: str) -> None:
        """Begin or end a quotation. Backticks stay in their word."""
        if quote == "`":
            self.add(quote)
        else:
            self.plain = False
            self.begun = self.begun or bool(self.quote)
        self.quote = "" if self.quote else quote

    def parenthesis(self, character: str, dollar: bool) -> None:
        opens = character == "("
        if opens == bool(self.quote) or (opens and not dollar):
            raise ValueError("a command string has parentheses only as $(…); quote them, or write a list of words")
        self.quote = "(" if opens else ""
        self.add(character)

    def end_command(self, operator: str) -> None:
        """Drop the number of a stream that is redirected, as in `2>`."""
        if operator == ">" and self.plain and self.word and _DIGITS.issuperset(self.word):
            self.begun = False

    def end_word(self) -> None:
        if self.begun:
            self.words.append("".join(self.word))
        self.word = []
        self.begun = False
        self.plain = True

    def finish(self) -> list[str]:
        if self.escaped:
            raise ValueError("the command ends with a backslash; double it, or write the command as a list")
        if self.quote:
            opened = "$(" if self.quote == "(" else self.quote
            raise ValueError(f"the command has a {opened} without its end; close it, or write the command as a list")
        self.end_word()
        return self.words
