"""What members and the antenna did with the files before a session: read them, said something."""

from committee.models import AgendaItem, Comment, Reading


def plan_reading(world, row):
    world.on(world.day(row["on"]), read, world, row)


def read(world, row):
    """A member reads a file, or comments on it, or both; a coordinator comments."""
    items = AgendaItem.objects.filter(
        application__convention=world.conventions[row["convention"]],
        application__title=row["file"],
    )
    item, person = items.latest("session__on"), world.users[row["person"]]
    if row.get("read"):
        Reading.mark(item, by=person)
    if "comment" in row:
        Comment.write(item, row["comment"], by=person)
