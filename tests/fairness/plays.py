"""Abuses of the ranking, and the honest work beside each. A play returns the points of the office that plays."""

from datetime import timedelta

from models.ledger import CITIZEN, PointEntry
from rules.access import Person, Role, RoleGrant
from rules.workflow import Resolution
from tests.fairness.town import AGENCY, DAY, DESK, HOUR, OTHER, PROCESSING, Town

MOMENT = timedelta(seconds=1)


async def prompt_work(town: Town, reports: int = 1, stars: int | None = None) -> int:
    """Answer at once, fix within half of the time."""
    for _ in range(reports):
        citizen = await town.citizen()
        report = await town.submit(citizen)
        await town.start(report)
        await town.fix(report)
        if stars is not None:
            await town.rate(report, stars, citizen)
    return await town.points()


async def six_honest_fixes(town: Town) -> int:
    """Fix six reports of six citizens at six places, each for five stars."""
    return await prompt_work(town, 6, 5)


async def work_in_time(town: Town) -> int:
    """Answer and fix just in time."""
    report = await town.submit()
    await town.pass_time(12 * HOUR)
    await town.start(report)
    await town.pass_time(40 * HOUR)
    await town.fix(report)
    return await town.points()


async def late_work(town: Town) -> int:
    """Answer at once, fix after the time."""
    report = await town.submit()
    await town.start(report)
    await town.pass_time(PROCESSING + HOUR)
    await town.fix(report)
    return await town.points()


async def forwarder_bot(town: Town) -> int:
    """Hand everything on at once. The agency fixes it."""
    report = await town.submit()
    await town.assign(report, AGENCY)
    await town.pass_time(DAY)
    await town.fix(report, AGENCY)
    return await town.points()


async def fixer_of_what_is_handed_on(town: Town) -> int:
    """Be the agency that gets it."""
    await forwarder_bot(town)
    return await town.points(AGENCY)


async def late_forwarder(town: Town) -> int:
    """Hand on after the answer was due."""
    report = await town.submit()
    await town.pass_time(DAY + MOMENT)
    await town.assign(report, AGENCY)
    return await town.points()


async def last_minute_hand_over(town: Town) -> int:
    """Answer, and hand on when the time is nearly over."""
    report = await town.submit()
    await town.start(report)
    await town.pass_time(PROCESSING - MOMENT)
    await town.assign(report, AGENCY)
    return await town.points()


async def car_park(town: Town) -> int:
    """Answer, park the report at another unit for twelve days, fetch it back and fix it."""
    report = await town.submit()
    await town.start(report)
    await town.assign(report, AGENCY)
    await town.pass_time(12 * DAY)
    await town.assign(report, DESK, by=DESK)
    await town.pass_time(HOUR)
    await town.fix(report)
    return await town.points()


async def given_back(town: Town) -> int:
    """Be given back what another unit kept for twelve days, and fix it."""
    report = await town.submit()
    await town.start(report)
    await town.assign(report, AGENCY)
    await town.pass_time(12 * DAY)
    await town.assign(report, DESK, by=AGENCY)
    await town.fix(report)
    return await town.points()


async def hot_potato(town: Town) -> int:
    """Hand an unanswered report to a rival when the answer is nearly due."""
    report = await town.submit()
    await town.pass_time(DAY - MOMENT)
    await town.assign(report, OTHER)
    return await town.points()


async def rival_with_the_potato(town: Town) -> int:
    """Be that rival, and fix it in time."""
    report = await town.submit()
    await town.pass_time(DAY - MOMENT)
    await town.assign(report, OTHER)
    await town.fix(report, OTHER)
    return await town.points(OTHER)


async def dumping_agency(town: Town) -> int:
    """Be an agency that gives its report to the desk at once."""
    report = await town.submit(category="LAMPU_JALAN")
    await town.assign(report, DESK, by="BINA_MARGA")
    await town.fix(report)
    return await town.points("BINA_MARGA")


async def fetched_when_nearly_finished(town: Town) -> int:
    """Fetch a report that another unit has worked on until its time was over, and close it."""
    report = await town.submit(category="LAMPU_JALAN")
    await town.start(report, "BINA_MARGA")
    await town.pass_time(PROCESSING + HOUR)
    await town.assign(report, DESK, by=DESK)
    await town.fix(report)
    return await town.points()


async def hard_one_dismissed(town: Town) -> int:
    """Close what is hard as invalid; its reporter reopens it, and it is fixed late."""
    citizen = await town.citizen()
    report = await town.submit(citizen)
    await town.dismiss(report)
    await town.pass_time(DAY)
    await town.reopen(report, citizen)
    await town.pass_time(PROCESSING + HOUR)
    await town.fix(report)
    return await town.points()


async def dismissed_unnoticed(town: Town) -> int:
    """Close what is hard as invalid, and nobody reopens it."""
    await town.dismiss(await town.submit())
    return await town.points()


async def duplicate_of_anything(town: Town) -> int:
    """Close a report late as the duplicate of one that is far away."""
    original, report = await town.submit(place=0), await town.submit(place=11)
    await town.start(original)
    await town.fix(original)
    await town.pass_time(DAY + MOMENT)
    await town.dismiss(report, Resolution.DUPLICATE, original)
    return await town.points()


async def fake_not_found(town: Town) -> int:
    """Close falsely at once, and nobody notices."""
    report = await town.submit()
    await town.fix(report)
    return await town.points()


async def fake_found(town: Town) -> int:
    """Close falsely at once; one star, and reopened."""
    citizen = await town.citizen()
    report = await town.submit(citizen)
    await town.fix(report)
    await town.rate(report, 1, citizen)
    await town.reopen(report, citizen)
    return await town.points()


async def work_when_reopened(town: Town) -> int:
    """Close falsely at once, and work only when it is reopened."""
    citizen = await town.citizen()
    report = await town.submit(citizen)
    await town.fix(report)
    await town.pass_time(HOUR)
    await town.reopen(report, citizen)
    await town.pass_time(DAY)
    await town.fix(report)
    return await town.points()


async def friends_farm(town: Town, reports: int = 6, *, anonymous: bool = False, person: Person | None = None) -> int:
    """Have a friend with one account report small things at one place, and fix each at once for five stars."""
    friend = person or await town.citizen()
    for _ in range(reports):
        report = await town.submit(friend, place=5, anonymous=anonymous)
        await town.fix(report)
        await town.rate(report, 5, friend)
    return await town.points()


async def own_people(town: Town) -> int:
    """Let an officer of the office report, by name, and a colleague fix it."""
    colleague = await town.citizen(RoleGrant(Role.OFFICER, DESK))
    report = await town.submit(colleague)
    await town.fix(report)
    await town.rate(report, 5, colleague)
    return await town.points()


async def anonymous_farm(town: Town) -> int:
    """Let an officer report anonymously, six times a day at one place."""
    return await friends_farm(town, anonymous=True, person=await town.citizen(RoleGrant(Role.OFFICER, DESK)))


async def one_pile(town: Town) -> int:
    """Let twenty people report one pile, and fix it twenty times."""
    reports = [await town.submit(place=7) for _ in range(20)]
    for report in reports:
        await town.fix(report)
    return await town.points()


async def twenty_piles(town: Town) -> int:
    """Fix twenty piles."""
    for report in [await town.submit() for _ in range(20)]:
        await town.fix(report)
    return await town.points()


async def picked_three(town: Town) -> int:
    """Answer and fix the last three of six reports of a citizen's day, which are easy."""
    citizen = await town.citizen()
    reports = [await town.submit(citizen) for _ in range(6)]
    for report in reports[3:]:
        await town.fix(report)
    return await town.points()


async def first_three(town: Town) -> int:
    """Answer and fix all six reports of a citizen's day."""
    citizen = await town.citizen()
    for report in [await town.submit(citizen) for _ in range(6)]:
        await town.fix(report)
    return await town.points()


async def night_spam(town: Town) -> int:
    """Be the honest office whose mailbox five accounts fill at night, and empty in the morning."""
    await town.pass_time(13 * HOUR)  # ten in the evening
    spam = []
    for _ in range(5):
        citizen = await town.citizen()
        spam += [(await town.submit(citizen, category="PARKIR_LIAR"), citizen) for _ in range(3)]
    await town.pass_time(8 * HOUR)
    for report, citizen in spam:
        await town.withdraw(report, citizen)
    return await town.points()


async def night_spam_waived(town: Town, *, by_units: bool = True) -> int:
    """Be the honest office that five accounts spam at night, and that finds it late; the control room waives it all.

    Without `by_units` return the points of the spammers.
    """
    await town.pass_time(13 * HOUR)  # ten in the evening
    citizens = [await town.citizen() for _ in range(5)]
    spam = [await town.submit(citizen, category="PARKIR_LIAR") for citizen in citizens for _ in range(3)]
    await town.pass_time(3 * DAY)
    for report in spam:
        await town.dismiss(report)
    await town.waive_reports(spam, await town.official(None, Role.ADMIN))
    return await town.points(DESK if by_units else CITIZEN)


async def spammers_of_the_night(town: Town) -> int:
    """Be those five accounts."""
    return await night_spam_waived(town, by_units=False)


async def waived_and_fixed(town: Town) -> int:
    """Have a report of a friend waived after its fix, reopened and fixed again: the gain of one fix."""
    friend = await town.citizen()
    report = await town.submit(friend)
    await town.fix(report)
    await town.waive_reports([report], await town.official(None, Role.ADMIN))
    await town.reopen(report, friend)
    await town.fix(report)
    return await town.points()


async def real_flood(town: Town) -> int:
    """Be the agency in a flood: sixty reports, found late to be one that was fixed promptly."""
    original = await town.submit(category="BANJIR", place=3)
    await town.start(original, "SDA")
    await town.fix(original, "SDA")
    reports = [await town.submit(category="BANJIR", place=3) for _ in range(59)]
    await town.pass_time(3 * HOUR)
    for report in reports:
        await town.dismiss(report, Resolution.DUPLICATE, original, unit="SDA")
    return await town.points("SDA")


async def stars_in_store(town: Town) -> int:
    """Have a friend give five stars, reopen, and so on, on one honest fix."""
    friend = await town.citizen()
    report = await town.submit(friend)
    for round_number in range(3):
        await town.fix(report)
        await town.rate(report, 5, friend)
        if round_number < 2:
            await town.reopen(report, friend)
    return await town.points()


async def old_reopening(town: Town) -> int:
    """Be an honest office whose supervisor reopens an old closing out of spite."""
    report = await town.submit()
    await town.start(report)
    await town.fix(report)
    await town.pass_time(61 * DAY)
    await town.reopen(report, await town.official("31.71", Role.SUPERVISOR))
    return await town.points()


async def waiver_for_friends(town: Town) -> int:
    """Let an ADMIN who is an officer too waive the blame of the office."""
    await town.submit()
    await town.pass_time(10 * DAY)
    admin = await town.citizen(RoleGrant(Role.ADMIN), RoleGrant(Role.OFFICER, DESK))
    for entry in await PointEntry.filter(unit=DESK):
        await town.waive(entry.position, admin)
    return await town.points()


async def bulk_waiver_for_friends(town: Town) -> int:
    """Let the same ADMIN waive it among the reports of another unit."""
    reports = [await town.submit(), await town.submit(category="LAMPU_JALAN")]
    await town.pass_time(10 * DAY)
    await town.waive_reports(reports, await town.citizen(RoleGrant(Role.ADMIN), RoleGrant(Role.OFFICER, DESK)))
    return await town.points()


async def untouched(town: Town) -> int:
    """Let a report lie."""
    await town.submit()
    return await town.points()
