from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from composestack.diagram.graph import Edge, Graph, Node, Relation, Sort
from composestack.diagram.layout import HEIGHT, WIDTH, layout

PAIRS = st.sets(st.tuples(st.integers(0, 9), st.integers(0, 9)).filter(lambda pair: pair[0] < pair[1]), min_size=1)


def chain(*pairs: tuple[str, str]) -> Graph:
    names = sorted({name for pair in pairs for name in pair})
    nodes = (Node(Sort.PORT, "80"), *(Node(Sort.SERVICE, name) for name in names), Node(Sort.VOLUME, "data"))
    return Graph("shop", nodes, tuple(Edge(Relation.DEPENDS_ON, source, target) for source, target in pairs))


def test_dependencies_stand_right_of_what_depends_on_them() -> None:
    found = layout(chain(("web", "api"), ("web", "db"), ("api", "db")))

    places = [found.find(Sort.PORT, "80").x, *(found.find(Sort.SERVICE, name).x for name in ("web", "api", "db"))]
    places.append(found.find(Sort.VOLUME, "data").x)
    assert places == sorted(set(places))


@given(PAIRS)
def test_no_two_boxes_overlap_and_all_are_in_the_picture(pairs: set[tuple[int, int]]) -> None:
    found = layout(chain(*((f"s{source}", f"s{target}") for source, target in pairs)))

    corners = [(box.x, box.y) for box in found.boxes]
    for i, (x, y) in enumerate(corners):
        assert 0 <= x <= found.width - WIDTH
        assert 0 <= y <= found.height - HEIGHT
        assert all(abs(x - other) >= WIDTH or abs(y - below) >= HEIGHT for other, below in corners[:i])


@given(PAIRS)
def test_no_line_goes_through_a_box_that_it_has_nothing_to_do_with(pairs: set[tuple[int, int]]) -> None:
    graph = chain(*((f"s{source}", f"s{target}") for source, target in pairs))
    found = layout(graph)
    columns = sorted({box.x for box in found.boxes})

    for edge in graph.edges:
        left, right = (columns.index(found.find(Sort.SERVICE, name).x) for name in (edge.source, edge.target))
        lanes = found.lanes.get(edge, ())
        assert [lane.x for lane in lanes] == columns[left + 1 : right]
        assert all(abs(box.middle - lane.y) > HEIGHT / 2 for lane in lanes for box in found.boxes if box.x == lane.x)


@given(PAIRS)
def test_no_two_lines_share_a_lane(pairs: set[tuple[int, int]]) -> None:
    found = layout(chain(*((f"s{source}", f"s{target}") for source, target in pairs)))

    lanes = [lane for each in found.lanes.values() for lane in each]
    assert len(lanes) == len(set(lanes))
    assert all(0 < lane.y < found.height for lane in lanes)
