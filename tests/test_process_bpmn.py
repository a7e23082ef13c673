"""Drawings of other programs lose nothing here, and no text whatever does harm."""

import pytest
from conftest import ADDON, load_kernels
from hypothesis import example, given, settings
from hypothesis import strategies as st
from lxml import etree

kernels = load_kernels()
core = kernels["processes"]
bpmn, checks, diagram = kernels["processes_bpmn"], kernels["processes_check"], kernels["processes_diagram"]
layout, svg = kernels["processes_layout"], kernels["processes_svg"]

FILES = sorted((ADDON / "tests/processes/bpmn").rglob("*.bpmn"))
#: Has nothing that we do not run, but two starts.
UNSOUND = {"process_engine_io_release"}
RUN = {"a1_basics", "a2_gateways", "c2_lanes", "DemoNutztierRiss", "user_task_parallel_test"}


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_drawings_of_other_programs(path):
    text = path.read_bytes()
    drawing = bpmn.parse(text)
    drawn = diagram.with_diagram(text)
    assert diagram.missing(text, drawn) == [] and diagram.missing(drawn, text) == []
    assert bpmn.parse(drawn).process == drawing.process
    assert bpmn.parse(drawn).unseen == ()
    assert diagram.with_diagram(drawn) == drawn, "what is drawn is left alone"
    assert pictures(text) <= pictures(drawn)
    assert bool(drawing.unsupported) == (path.stem not in RUN | UNSOUND)
    if not drawing.unsupported:
        assert bool(checks.check(drawing.process)) == (path.stem in UNSOUND)
    assert svg.draw(drawing.process)


def pictures(text):
    return {element.get("id") for element in etree.fromstring(text).iter(f"{{{bpmn.BPMNDI}}}*")}


def test_each_kind_of_element_is_run_or_named():
    text = next(path for path in FILES if path.stem == "b1_vocabulary").read_bytes()
    drawing = bpmn.parse(text)
    named = {one.id for one in drawing.unsupported}
    process = next(etree.fromstring(text).iter(f"{{{bpmn.BPMN}}}process"))
    for element in process:
        if not isinstance(element.tag, str) or etree.QName(element).localname in bpmn.SILENT:
            continue
        id_ = element.get("id")
        assert id_ in named or id_ in drawing.process.node or id_ in drawing.process.flow, id_
    for id_ in ("t_script", "t_sequential", "t_loop", "c_signal", "b_error", "e_terminate", "sub_adhoc"):
        assert id_ in named


def test_a_file_that_is_drawn_in_part_is_completed_below():
    text = next(path for path in FILES if path.stem == "c2_lanes").read_bytes()
    before, after = (diagram._boxes(bpmn.read(one)) for one in (text, diagram.with_diagram(text)))
    assert set(after) - set(before) == {"remind", "e2"}
    assert all(after[id_] == box for id_, box in before.items())
    low = max(top + height for _left, top, _width, height in before.values())
    assert all(after[id_][1] > low for id_ in ("remind", "e2"))


# -- whatever somebody sends ---------------------------------------------------

names = st.text(max_size=30) | st.sampled_from(
    [
        "<script>alert(1)</script>",
        "javascript:alert(1)",
        '"><img src=x onerror=alert(1)>',
        "${7*7}",
        "{{ x }}",
        "\u202e",
    ]
)
ids = st.sampled_from(["a", "b", "c", "d", "e", "f", "", "a b", "x" * 300])
tags = st.sampled_from(
    [
        *bpmn.KINDS,
        *sorted(bpmn.SILENT),
        "scriptTask",
        "subProcess",
        "sequenceFlow",
        "inclusiveGateway",
        "nothing",
    ]
)


@st.composite
def elements(draw, depth=0):
    """An element with attributes that fit it, or do not, and elements within."""
    attributes = {
        "id": draw(ids),
        "name": draw(names),
        **draw(
            st.dictionaries(
                st.sampled_from(["sourceRef", "targetRef", "attachedToRef", "default", "cancelActivity"]), ids
            )
        ),
    }
    inside = draw(st.lists(elements(depth + 1), max_size=3)) if depth < 3 else []
    return draw(tags), attributes, inside


def written(parent, element):
    tag, attributes, inside = element
    child = etree.SubElement(parent, f"{{{bpmn.BPMN}}}{tag}")
    for name, value in attributes.items():
        try:
            child.set(name, value)
        except ValueError:  # a sign that XML does not have
            child.set(name, "?")
    for one in inside:
        written(child, one)


def check_text(text):
    """It is read or refused with a code; what is read can be checked, drawn, completed and read again."""
    try:
        drawing = bpmn.parse(text)
    except bpmn.BpmnError as error:
        assert error.code in {
            *("too_long", "doctype", "xml", "deep", "large", "not_bpmn", "no_process", "twice"),
        }
        return
    for problem in checks.check(drawing.process):
        assert problem.code
    picture = etree.fromstring(svg.draw(drawing.process), etree.XMLParser(huge_tree=True))
    assert not [one for one in picture.iter() if one.tag.endswith("script") or one.get("onerror")]
    drawn = diagram.with_diagram(text)
    assert diagram.missing(text, drawn) == []
    assert bpmn.parse(drawn).process == drawing.process


@settings(max_examples=150, deadline=None)
@given(st.lists(elements(), max_size=12))
def test_any_elements(found):
    root = etree.Element(f"{{{bpmn.BPMN}}}definitions", nsmap={None: bpmn.BPMN})
    process = etree.SubElement(root, f"{{{bpmn.BPMN}}}process", id="p")
    for element in found:
        written(process, element)
    check_text(etree.tostring(root))


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=200), st.integers(0, 10_000), st.integers(0, 60), st.sampled_from(FILES))
@example(b"<!DOCTYPE x>", 0, 0, FILES[0])
def test_damaged_files(damage, start, length, path):
    text = path.read_bytes()
    start %= len(text)
    check_text(text[:start] + damage + text[start + length :])


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=2000) | st.text(max_size=500).map(lambda text: text.encode("utf-16")))
def test_any_bytes(text):
    check_text(text)


HEAD = f'<definitions xmlns="{bpmn.BPMN}"><process id="p">'
TAIL = "</process></definitions>"


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ('<!DOCTYPE d SYSTEM "http://127.0.0.1:9/evil.dtd">' + HEAD + TAIL, {"doctype"}),
        ('<!DOCTYPE d [<!ENTITY % p SYSTEM "file:///etc/hostname"> %p;]>' + HEAD + TAIL, {"doctype"}),
        (HEAD + "&undefined;" + TAIL, {"xml"}),
        (HEAD + "<task id='a'>" * 10_000 + "</task>" * 10_000 + TAIL, {"xml", "deep"}),
        ("<a>" * 10_000, {"xml", "deep"}),
        (HEAD + f"<task id='a' name='{'x' * (100 * 1024 * 1024)}'/>" + TAIL, {"too_long"}),
        (
            HEAD
            + '<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="file:///etc/passwd"/>'
            + TAIL,
            {"no_process"},
        ),
        ('<?xml-stylesheet href="http://127.0.0.1:9/x.xsl"?>' + HEAD + TAIL, {"no_process"}),
    ],
    ids=[
        "outer dtd",
        "parameter entity",
        "unknown entity",
        "depth",
        "open",
        "100 MB",
        "inclusion",
        "stylesheet",
    ],
)
def test_attacks(text, codes):
    with pytest.raises(bpmn.BpmnError) as caught:
        bpmn.parse(text.encode())
    assert caught.value.code in codes


def test_scripts_in_names_are_text():
    name = "<script>alert(1)</script>"
    process = core.Process("p", (core.Node("a", core.USER, name),), ())
    drawing = bpmn.parse(layout.write(process))
    assert drawing.process.nodes[0].name == name
    assert "<script" not in svg.draw(drawing.process)
