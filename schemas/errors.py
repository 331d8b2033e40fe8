"""The tree of errors. Each names what is wrong, where, what was available and what to do.

GreenloanError
+-- UsageError            the command cannot mean anything (exit 2)
+-- EnvironmentFailure    disk, lock, missing warehouse, missing font (exit 3)
|   +-- NotBegun          no run can begin until a person has removed something
+-- RefusedToPublish      a gate failed; the published file is kept (exit 1)
+-- UnreadableDelivery    one delivered file is refused whole; the run goes on
+-- ContradictoryReference  the reference tables contradict themselves (exit 3)
"""


class GreenloanError(Exception):
    """Base of the tree: what is wrong, where, what was available, what to do."""

    exit_code = 3

    def __init__(self, what: str, *, where: str, available: str, remedy: str) -> None:
        self.what, self.where, self.available, self.remedy = what, where, available, remedy
        super().__init__(f"{what}\n  where:     {where}\n  available: {available}\n  to do:     {remedy}")


class UsageError(GreenloanError):
    """The command cannot mean anything as given."""

    exit_code = 2


class EnvironmentFailure(GreenloanError):
    """Something around the run failed: a disk, a lock, a file that is not there."""


class NotBegun(EnvironmentFailure):
    """No run can begin in this home until a person has removed something; another run that is under way ends itself."""


class RefusedToPublish(GreenloanError):
    """A gate failed: nothing was published and the last good warehouse is kept."""

    exit_code = 1


class UnreadableDelivery(GreenloanError):
    """One delivered file cannot be read as the table that its name announces."""


class ContradictoryReference(GreenloanError):
    """A reference table contradicts itself or its contract."""
