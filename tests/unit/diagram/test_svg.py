from __future__ import annotations

from xml.etree import ElementTree

from composestack.diagram.graph import Edge, Graph, Node, Relation, Sort
from composestack.diagram.svg import page, svg

GRAPH = Graph(
    "shop",
    (
        Node(Sort.NETWORK, "back"),
        Node(Sort.SERVICE, "<db>", "postgres"),
        Node(Sort.SERVICE, "web", "registry.example.com/a/very/long/name/of/an/image:1.2.3"),
    ),
    (Edge(Relation.DEPENDS_ON, "web", "<db>", "healthy"), Edge(Relation.JOINS, "web", "back")),
)
NAMESPACE = "{http://www.w3.org/2000/svg}"


def test_the_picture_is_xml_with_a_box_a_service_and_a_line_a_relation() -> None:
    root = ElementTree.fromstring(svg(GRAPH))

    names = [text.text for text in root.iter(f"{NAMESPACE}text") if text.get("class") == "name"]
    assert sorted(filter(None, names)) == ["<db>", "web"]
    assert len([path for path in root.iter(f"{NAMESPACE}path") if "depends_on" in path.get("class", "")]) == 1
    assert len(list(root.iter(f"{NAMESPACE}circle"))) == 1


def test_what_is_too_long_for_its_box_is_cut_and_told_whole_in_its_title() -> None:
    root = ElementTree.fromstring(svg(GRAPH))

    details = [text.text or "" for text in root.iter(f"{NAMESPACE}text") if text.get("class") == "detail"]
    assert any(detail.endswith("…") for detail in details)
    assert any("image:1.2.3" in (title.text or "") for title in root.iter(f"{NAMESPACE}title"))


def test_the_page_holds_picture_and_table_and_loads_nothing() -> None:
    made = page(GRAPH)

    assert "<svg " in made
    assert "<td>&lt;db&gt; (healthy)</td>" in made
    assert "http://" not in made.replace("http://www.w3.org/2000/svg", "")
    assert "https://" not in made
