"""import-linter holds the rooms (pyproject.toml) and finds circles beside each other; here is what it passes over."""

from graphlib import TopologicalSorter

import grimp


def test_no_file_imports_itself_in_the_end_not_even_through_its_rooms_init():
    graph = grimp.build_graph("articles", "healthqa", cache_dir=None)
    imported = {module: graph.find_modules_directly_imported_by(module) for module in graph.modules}
    TopologicalSorter(imported).prepare()  # raises CycleError
