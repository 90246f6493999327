"""The template tags: what people and screen readers get from them."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django import forms
from django.core.paginator import Paginator
from django.template import Context, Template, TemplateSyntaxError
from django.template.loader import get_template
from django.test import RequestFactory, override_settings

from common import moments
from common.icons import render_icon
from common.pagination import page_numbers, paginate
from common.people import initials, person_name
from common.risk import Risk

NOW = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)


def render(source: str, **context: Any) -> str:
    return Template(source).render(Context(context))


def squeeze(html: str) -> str:
    return re.sub(r">\s+<", "><", html).strip()


class ReviewForm(forms.Form):
    name = forms.CharField(help_text="As your colleagues call it.")
    notes = forms.CharField(required=False, widget=forms.Textarea(attrs={"placeholder": "Notes"}))
    environment = forms.ChoiceField(choices=[("p", "Production")], widget=forms.RadioSelect)
    agree = forms.BooleanField(label="I agree")
    token = forms.CharField(widget=forms.HiddenInput, required=False)


class TestIcons:
    def test_an_icon_is_hidden_from_readers_and_has_no_style(self) -> None:
        svg = render('{% icon "layers" 16 %}')
        assert 'aria-hidden="true"' in svg
        assert 'width="16"' in svg
        assert "style=" not in svg
        assert "\n" not in svg

    def test_a_label_names_it(self) -> None:
        svg = render('{% icon "lock" label=words %}', words='Private "x"')
        assert 'role="img"' in svg
        assert 'aria-label="Private &quot;x&quot;"' in svg
        assert "aria-hidden" not in svg

    def test_an_unknown_icon_is_a_mistake_of_ours(self) -> None:
        with pytest.raises(LookupError, match="no-such-icon"):
            render_icon("no-such-icon")


class TestRisk:
    @pytest.mark.parametrize("risk", list(Risk))
    def test_a_mark_is_shape_and_word(self, risk: Risk) -> None:
        html = render("{% risk_mark risk %}", risk=risk)
        assert "<svg" in html
        assert f'<span class="visually-hidden">{render("{{ risk|risk_word }}", risk=risk)}' in html

    def test_a_mark_beside_its_word_does_not_say_it_twice(self) -> None:
        html = render("{% risk_mark risk word=False %}", risk="HIGH")
        assert "visually-hidden" not in html
        assert "title" not in html

    def test_nothing_known_is_unanswered(self) -> None:
        assert "Unanswered" in render("{% risk_badge risk %}", risk=None)

    def test_a_value_that_is_no_risk_is_a_mistake(self) -> None:
        with pytest.raises(ValueError, match="LOW"):
            render("{% risk_badge 'LOW' %}")

    def test_words_and_classes(self) -> None:
        source = "{{ risk|risk_word }}/{{ risk|risk_short_word }}/{{ risk|risk_class }}"
        assert render(source, risk="NOT_APPLICABLE") == "/".join(
            ("Not applicable", "Not applicable", "risk-not-applicable")
        )
        assert render(source, risk=Risk.HIGH) == "High risk/High/risk-high"

    def test_counts_show_what_is_open(self) -> None:
        html = squeeze(render("{% risk_counts counts %}", counts={"HIGH": 1, "NONE": 3}))
        assert "1 high" in html
        assert "0 medium" in html
        assert "0 unanswered" in html
        assert "no risk" not in html
        assert html.count("is-zero") == 2

    def test_compact_counts_are_read_in_words(self) -> None:
        html = render('{% risk_counts counts show="risks" compact=True %}', counts={"HIGH": 2})
        assert '<span class="visually-hidden">2 high risks</span>' in html
        assert html.count("<li") == 2

    def test_all_counts_leave_out_zeroes(self) -> None:
        html = render('{% risk_counts counts show="all" %}', counts={"NONE": 2})
        assert html.count("<li") == 1

    def test_progress(self) -> None:
        assert "43&thinsp;/&thinsp;57 answered" in render('{% progress 43 57 "answered" %}')


class TestMoments:
    @pytest.fixture(autouse=True)
    def _fixed_now(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(moments, "now", lambda: NOW)

    @pytest.mark.parametrize(
        ("ago", "text"),
        [
            (timedelta(seconds=20), "just now"),
            (timedelta(minutes=1), "1 minute ago"),
            (timedelta(minutes=59), "59 minutes ago"),
            (timedelta(hours=5), "5 hours ago"),
            (timedelta(days=2, hours=3), "2 days ago"),
            (timedelta(days=30), "23 Oct 2026"),
            (-timedelta(days=1), "23 Nov 2026"),
        ],
    )
    def test_near_is_told_by_distance_and_far_by_date(self, ago: timedelta, text: str) -> None:
        assert f">{text}</time>" in render("{% moment value %}", value=NOW - ago)

    @override_settings(TIME_ZONE="Asia/Tokyo")
    def test_the_tooltip_is_in_the_time_zone_of_the_reader(self) -> None:
        from django.utils import timezone

        with timezone.override("Asia/Tokyo"):
            html = render('{% moment value "full" %}', value=NOW)
        assert 'datetime="2026-11-22T10:00:00+00:00"' in html
        assert "22 November 2026, 19:00 JST" in html

    def test_a_date_has_no_time_zone(self) -> None:
        html = render("{% moment value %}", value=date(2026, 3, 1))
        assert html == '<time datetime="2026-03-01">1 Mar 2026</time>'

    def test_no_value_is_a_dash(self) -> None:
        assert "–" in render("{% moment value %}", value=None)

    def test_an_unknown_style_is_a_mistake(self) -> None:
        with pytest.raises(ValueError, match="loud"):
            render('{% moment value "loud" %}', value=NOW)


class TestFields:
    def test_help_and_errors_are_tied_to_the_control(self) -> None:
        html = render("{% field form.name %}", form=ReviewForm({"name": ""}))
        assert 'aria-describedby="id_name_error id_name_helptext"' in html
        assert 'aria-invalid="true"' in html
        assert 'id="id_name_error"' in html
        assert 'id="id_name_helptext"' in html
        assert '<label class="field-label" for="id_name">' in html

    def test_a_field_that_is_right_says_nothing_of_errors(self) -> None:
        html = render("{% field form.name %}", form=ReviewForm())
        assert "aria-invalid" not in html
        assert "id_name_error" not in html

    def test_what_may_stay_empty_says_so(self) -> None:
        assert "(optional)" in render("{% field form.notes %}", form=ReviewForm())
        assert "(optional)" not in render("{% field form.name %}", form=ReviewForm())
        assert "field-required" in render(
            '{% field form.name mark="required" %}', form=ReviewForm()
        )

    def test_options_are_a_fieldset_with_a_legend(self) -> None:
        html = render("{% field form.environment %}", form=ReviewForm({}))
        assert html.strip().startswith("<fieldset")
        assert "<legend>Environment" in html
        assert 'aria-describedby="id_environment_error"' in html

    def test_a_checkbox_stands_before_its_label(self) -> None:
        html = render("{% field form.agree %}", form=ReviewForm())
        assert html.index("<input") < html.index("<label")

    def test_a_hidden_field_is_only_its_control(self) -> None:
        assert render("{% field form.token %}", form=ReviewForm()).strip().startswith("<input")

    def test_attributes_and_another_id(self) -> None:
        html = render(
            '{% field form.name id="other" hx_post="/save" autofocus=True %}', form=ReviewForm()
        )
        assert 'for="other"' in html
        assert 'id="other_helptext"' in html
        assert 'hx-post="/save"' in html
        assert " autofocus" in html

    def test_a_placeholder_that_repeats_the_label_is_dropped(self) -> None:
        form = ReviewForm()
        assert "placeholder" not in render("{% field form.notes placeholder=False %}", form=form)

    def test_errors_of_several_fields_are_linked(self) -> None:
        html = render("{% form_errors form %}", form=ReviewForm({}))
        assert 'role="alert"' in html
        assert 'href="#id_name"' in html
        assert 'href="#id_environment_0"' in html

    def test_one_wrong_field_needs_no_summary(self) -> None:
        form = ReviewForm({"name": "", "environment": "p", "agree": "on"})
        assert render("{% form_errors form %}", form=form).strip() == ""

    def test_errors_of_the_form_are_shown_and_escaped(self) -> None:
        form = ReviewForm({"name": "x", "environment": "p", "agree": "on"})
        form.add_error(None, "<b>No</b>")
        assert "&lt;b&gt;No&lt;/b&gt;" in render("{% form_errors form %}", form=form)


class TestLists:
    def test_pages_keep_the_query(self) -> None:
        request = RequestFactory().get("/", {"q": "a&b", "page": "7"})
        page = paginate(request, range(1000), size=20)
        html = render("{% pagination page %}", page=page, request=request)
        assert "?q=a%26b&amp;page=8" in html
        assert 'rel="prev"' in html
        assert '<a href="?q=a%26b&amp;page=7" aria-current="page">7</a>' in html
        assert "121–140 of 1000" in html

    def test_a_single_page_needs_no_links(self) -> None:
        page = Paginator(range(3), 20).get_page(1)
        assert render("{% pagination page %}", page=page).strip() == ""

    @pytest.mark.parametrize("asked", ["", "x", "-3", "0", "99999"])
    def test_a_page_that_is_not_there_gives_the_nearest(self, asked: str) -> None:
        page = paginate(RequestFactory().get("/", {"page": asked}), range(30), size=20)
        assert page.number in (1, 2)

    @pytest.mark.parametrize(
        ("current", "total", "numbers"),
        [
            (1, 1, [1]),
            (1, 3, [1, 2, 3]),
            (1, 10, [1, 2, 0, 10]),
            (3, 10, [1, 2, 3, 4, 0, 10]),
            (5, 10, [1, 0, 4, 5, 6, 0, 10]),
            (8, 10, [1, 0, 7, 8, 9, 10]),
        ],
    )
    def test_numbers_around_the_current_page(
        self, current: int, total: int, numbers: list[int]
    ) -> None:
        assert page_numbers(Paginator(range(total), 1).page(current)) == numbers

    @pytest.mark.parametrize(
        ("sort", "direction", "link"),
        [
            ("", "none", "sort=name"),
            ("name", "ascending", "sort=-name"),
            ("-name", "descending", "sort=name"),
        ],
    )
    def test_a_column_says_how_it_is_sorted(self, sort: str, direction: str, link: str) -> None:
        request = RequestFactory().get("/", {"q": "x", "sort": sort, "page": "3"})
        html = render('{% sort_header "name" "Name" %}', request=request)
        assert f'aria-sort="{direction}"' in html
        assert f'href="?q=x&amp;{link}"' in html


class TestParts:
    def test_a_notice_holds_what_is_between_its_tags(self) -> None:
        html = render(
            '{% notice "warning" title=title %}<p>{{ text }}</p>{% endnotice %}',
            title="<",
            text=">",
        )
        assert "notice-warning" in html
        assert "<strong>&lt;</strong>" in html
        assert "<p>&gt;</p>" in html

    def test_a_menu_is_a_popover_of_its_button(self) -> None:
        html = render('{% menu "m" "Actions" icon="ellipsis" icon_only=True %}x{% endmenu %}')
        assert 'popovertarget="m"' in html
        assert 'id="m" popover' in html
        assert 'aria-label="Actions"' in html

    def test_a_dialog_is_named_by_its_title(self) -> None:
        html = render('{% dialog "d" "Archive?" %}x{% enddialog %}')
        assert 'aria-labelledby="d-title"' in html
        assert 'id="d-title">Archive?' in html
        assert 'command="close" commandfor="d"' in html

    def test_an_empty_state_has_a_heading(self) -> None:
        html = render('{% empty_state "Nothing yet" icon="layers" %}<p>x</p>{% endempty_state %}')
        assert "<h2>Nothing yet</h2>" in html
        assert "<h1>A</h1>" in render('{% empty_state "A" level=1 %}{% endempty_state %}')

    def test_tabs_and_crumbs_say_where_one_is(self) -> None:
        html = render(
            '{% tabs label="W" %}{% tab "/a" "A" current=True count=3 %}'
            '{% tab "/b" "B" %}{% endtabs %}'
        )
        assert '<a href="/a" aria-current="page">A <small>3</small></a>' in html
        assert '<a href="/b">B</a>' in html
        assert 'aria-current="page">B' in render('{% crumb "A" "/" %}{% crumb "B" %}')

    def test_shortcuts_list_their_keys(self) -> None:
        html = render('{% shortcut "g p" "Plan" %}')
        assert html.count("<kbd>") == 2

    def test_people(self) -> None:
        assert initials("Ada Lovelace") == "AL"
        assert initials("ada.lovelace@example.com") == "AL"
        assert initials("Plato") == "PL"
        assert initials("  ") == "?"
        assert person_name(None) == ""
        assert 'aria-label="Ada"' in render("{% avatar 'Ada' %}")
        assert "Ada</span>" in render("{% avatar 'Ada' named=True %}")

    def test_markdown_is_prose_and_nothing_for_nothing(self) -> None:
        assert render("{% markdown text %}", text="**b**").startswith('<div class="prose">')
        assert render("{% markdown text %}", text="  ") == ""
        assert render("{% markdown text %}", text=None) == ""

    def test_a_copy_button_carries_its_text_escaped(self) -> None:
        assert 'data-copy="a&quot;b"' in render("{% copy_button text %}", text='a"b')

    def test_a_tag_without_its_end_is_refused(self) -> None:
        with pytest.raises(TemplateSyntaxError):
            Template('{% notice "info" %}')


class TestBarePages:
    """Error pages stand when nothing else does: no request, no session, no database."""

    @pytest.mark.parametrize(
        "name", ["400.html", "500.html", "403_csrf.html", "429.html", "404.html"]
    )
    def test_they_need_no_context(self, name: str) -> None:
        html = get_template(name).render()
        assert html.count("<h1>") == 1
        assert 'id="main"' in html
        assert "style=" not in html

    def test_the_messages_of_the_frame_are_announced(self) -> None:
        html = get_template("500.html").render()
        assert 'id="live" role="status" aria-live="polite"' in html
        assert 'id="alert" role="alert" aria-live="assertive"' in html
