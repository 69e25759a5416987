"""Principal or agent, channel by channel: the presentation policy a ledger is shown under."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path

from crossbearing.problems import UsageError

ROLES = ("principal", "agent")


@dataclass(frozen=True, slots=True)
class Policy:
    """Role by channel.

    Attributes:
        roles: Channel -> principal (gross) or agent (net of the partner's part).
        reasons: Channel -> why, in the user's words.
        stated: Whether the user stated a policy at all.
    """

    roles: dict[str, str]
    reasons: dict[str, str]
    stated: bool

    def role(self, channel: str) -> str:
        """Role in a channel; principal where nothing is said."""
        return self.roles.get(channel, "principal")


def read_policy(path: Path | None) -> Policy:
    """The policy of a TOML file: `[channels]` with `name = "principal"` or `name = { role = "agent", reason = "..." }`.

    Source of the test: ASC 606-10-55-36 to 55-40, control before transfer; the indicators support it and decide nothing alone.

    Raises:
        UsageError: The file cannot be read or names another role.
    """
    if path is None:
        return Policy({}, {}, stated=False)
    try:
        channels = tomllib.loads(path.read_text(encoding="utf-8"))["channels"]
        pairs = {
            str(name): entry if isinstance(entry, dict) else {"role": entry}
            for name, entry in channels.items()
        }
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, KeyError, AttributeError) as why:
        raise UsageError(
            f"cannot read the policy {path}", str(why), 'write [channels] with lines like cloud = "agent"'
        ) from why
    wrong = next((name for name, entry in pairs.items() if entry.get("role") not in ROLES), None)
    if wrong is not None:
        raise UsageError(
            f"the policy for {wrong!r} is {pairs[wrong].get('role')!r}", "", "write principal or agent"
        )
    return Policy(
        {n: str(e["role"]) for n, e in pairs.items()},
        {n: str(e.get("reason", "")) for n, e in pairs.items()},
        stated=True,
    )
