"""Reports, imports and two workloads side by side: the whole way, and each page in each look."""

import json
from pathlib import Path

import pytest
from playwright.sync_api import FilePayload, Page, expect

from tests.e2e.conftest import Complaints, OpenPage, sign_in
from tests.e2e.looks import problems_of_looks
from tests.e2e.sites import Server
from tests.reviews.sheets import Sheet
from tests.runtime.processes import finished

pytestmark = [pytest.mark.browser, pytest.mark.server]

REPORTS = "/o/demo/reports/"
PRACTICE = ("ownership", "ownership_two_people")

# One report is being written and one has failed, for as long as somebody looks.
MORE_STATES = """
import django
django.setup()
from reviews.models import Report
from tenants.context import across_organizations, in_organization
from tenants.models import Job, Organization
with across_organizations(reason="a test makes states that last"):
    organization = Organization.objects.get(slug="demo").pk
with in_organization(organization):
    running, failed = Report.objects.order_by("-created_at")[:2]
    Job.objects.filter(pk=running.job_id).update(status="running", done=1, total=4)
    Report.objects.filter(pk=failed.pk).update(file="")
    Job.objects.filter(pk=failed.job_id).update(
        status="failed", error="The milestone “First review” cannot be read: its checksum is wrong."
    )
"""


@pytest.fixture
def page(demo: Server, open_page: OpenPage) -> Page:
    opened = open_page()
    sign_in(opened, demo)
    return opened


def address_of(page: Page, site: Server, name: str) -> str:
    """Return the address of a workload's page."""
    page.goto(f"{site.url}/o/demo/workloads/")
    link = page.get_by_role("link", name=name, exact=True).first.get_attribute("href")
    return f"{site.url}{link}"


def written(page: Page, folder: Path) -> bytes:
    """Ask for the report that is chosen, wait until it is written, and return its file."""
    page.get_by_role("button", name="Write the report").click()
    expect(page.get_by_text("The report is being written.").first).to_be_visible()
    download = page.locator("#reports tbody tr").first.get_by_role("link", name="Download")
    expect(download).to_be_visible()
    with page.expect_download() as waiting:
        download.click()
    path = folder / waiting.value.suggested_filename
    waiting.value.save_as(path)
    return path.read_bytes()


def choose(page: Page, kind: str) -> None:
    page.locator(f"input[name=kind][value={kind}]").check()


def test_the_portfolio_s_filter_goes_along_and_each_state_of_a_report_can_be_read(
    demo: Server, page: Page, tmp_path: Path
) -> None:
    page.goto(demo.url + REPORTS)
    problems = problems_of_looks(page, "reports-empty")
    page.goto(f"{demo.url}/o/demo/?tag=team%3Dpayments")
    page.get_by_role("link", name="Report…").click()
    expect(page.get_by_text("Tag: team=payments").first).to_be_visible()
    problems += problems_of_looks(page, "reports-filtered")
    assert written(page, tmp_path).startswith(b"%PDF-")
    expect(page.locator("#reports tbody tr").first).to_contain_text("Tag: team=payments")
    for kind, beginning in (("portfolio-csv", b"\xef\xbb\xbfWorkload"), ("portfolio-xlsx", b"PK")):
        page.goto(demo.url + REPORTS)
        choose(page, kind)
        assert written(page, tmp_path).startswith(beginning)
    states = finished(["python", "-c", MORE_STATES], demo.variables, tmp_path / "states")
    assert states.popen.returncode == 0, states.output
    page.goto(demo.url + REPORTS)
    expect(page.get_by_role("progressbar")).to_be_visible()
    expect(page.get_by_text("its checksum is wrong")).to_be_visible()
    problems += problems_of_looks(page, "reports-states")
    rows = page.locator("#reports tbody tr")
    number = rows.count()
    page.get_by_role("link", name="Delete").first.click()
    problems += problems_of_looks(page, "report-delete")
    page.get_by_role("button", name="Delete").click()
    expect(rows).to_have_count(number - 1)
    assert problems == []


def test_answers_go_out_as_a_workbook_and_come_back_after_a_preview(
    demo: Server, page: Page, complaints: Complaints, tmp_path: Path
) -> None:
    workload = address_of(page, demo, "Payments API")
    page.goto(f"{workload}answers/import/")
    problems = problems_of_looks(page, "import-answers")
    page.get_by_role("link", name="Export the workbook").click()
    content = written(page, tmp_path)
    upload(page, f"{workload}answers/import/", "wrong.xlsx", filled(content, ticked="maybe"))
    expect(page.get_by_text("wrong.xlsx was not imported")).to_be_visible()
    problems += problems_of_looks(page, "import-answers-refused")
    complaints.forgive("422")
    upload(
        page,
        f"{workload}answers/import/",
        "filled in.xlsx",
        filled(content, ticked="Yes", notes="Two of us since May."),
    )
    expect(page.get_by_text("1 answer would change")).to_be_visible()
    problems += problems_of_looks(page, "import-answers-preview")
    page.get_by_role("button", name="Import 1 answer").click()
    page.wait_for_url(workload)
    upload(page, f"{workload}answers/import/", "once more.xlsx", filled(content, ticked="Yes"))
    expect(page.get_by_text("Nothing would change")).to_be_visible()
    problems += problems_of_looks(page, "import-answers-nothing")
    assert problems == []


def filled(content: bytes, **cells: str) -> bytes:
    return Sheet(content).write(*PRACTICE, **cells).saved()


def upload(page: Page, address: str, name: str, content: bytes) -> None:
    page.goto(address)
    file = FilePayload(name=name, mimeType="application/octet-stream", buffer=content)
    page.locator("input[type=file]").set_input_files(file)
    page.get_by_role("button", name="Show what").click()


def test_a_workload_goes_out_as_json_and_comes_in_under_another_name(
    demo: Server, page: Page, complaints: Complaints, tmp_path: Path
) -> None:
    imports = f"{demo.url}/o/demo/workloads/import/"
    workload = address_of(page, demo, "Payments API")
    page.goto(f"{demo.url}{REPORTS}?workload={workload.rstrip('/').rpartition('/')[2]}")
    problems = problems_of_looks(page, "reports-workload")
    choose(page, "workload-json")
    content = written(page, tmp_path)
    page.goto(imports)
    problems += problems_of_looks(page, "import-workload")
    broken = json.dumps({**json.loads(content), "schema_version": 9, "lenses": {}}).encode()
    upload(page, imports, "broken.json", broken)
    expect(page.get_by_text("broken.json was not imported")).to_be_visible()
    problems += problems_of_looks(page, "import-workload-refused")
    upload(page, imports, "payments-api.json", content)
    expect(page.get_by_text("What it holds")).to_be_visible()
    problems += problems_of_looks(page, "import-workload-preview")
    page.locator("input[name=name]").fill("Payments API")
    page.get_by_role("button", name="Import the workload").click()
    expect(page.get_by_text("has a workload with this name")).to_be_visible()
    problems += problems_of_looks(page, "import-workload-taken")
    complaints.forgive("422")
    page.locator("input[name=name]").fill("Payments API, once more")
    page.get_by_role("button", name="Import the workload").click()
    expect(page.get_by_role("heading", name="Payments API, once more", level=1)).to_be_visible()
    assert problems == []


def test_two_workloads_side_by_side_are_read_and_reported_on(
    demo: Server, page: Page, tmp_path: Path
) -> None:
    page.goto(f"{address_of(page, demo, 'Payments API')}compare/")
    problems = problems_of_looks(page, "compare-choose")
    page.get_by_role("link", name="Customer portal").first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Customer portal")
    for button in page.locator("[data-open-all]").all():
        button.click()
    problems += problems_of_looks(page, "compare-workloads")
    page.get_by_role("link", name="Report…").click()
    expect(page.get_by_text("Two workloads through one lens")).to_be_visible()
    problems += problems_of_looks(page, "reports-two-workloads")
    assert written(page, tmp_path).startswith(b"%PDF-")
    expect(page.locator("#reports tbody tr").first).to_contain_text(
        "Payments API – Customer portal"
    )
    assert problems == []
