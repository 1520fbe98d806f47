"""What must hold of a page, view by view. Each check gets a tab of its own and the page's JSON."""

import re

from playwright.sync_api import expect

import pages


def values(tab, selector):
    return tab.eval_on_selector_all(selector, "nodes => nodes.map(node => Number(node.value))")


def close(found, expected):
    return len(found) == len(expected) and all(
        abs(a - b) <= 1e-9 * max(abs(a), abs(b)) for a, b in zip(found, expected))


def headline_is_the_report(tab, page):
    """The figures at the top are those of the JSON report."""
    report, program = page.report, page.inspection["program"]
    samples = report["samples"]
    expected = [report["latencyPicoseconds"] / samples, report["framesPerSecond"],
                report["energyFemtojoules"] / samples, report["framesPerSecondPerWatt"], report["energyPerBitPicojoules"],
                program["survivors"]]
    found = values(tab, "#overview .tiles data")
    assert close(found, expected), (found, expected)
    if samples == 1:
        busy = [group["utilization"] for group in page.inspection["schedule"]["groups"]]
        assert close(values(tab, "#overview .profiles data"), busy)
    said = tab.inner_text("#bottleneck")
    assert report["bottleneck"]["sentence"][1:] in said, said
    speedups = [change["speedup"] for change in report["bottleneck"]["changes"]]
    assert close(values(tab, "#overview .changes data"), speedups)


def energy_is_the_report(tab, page):
    """Energy by component is that of the JSON report."""
    for component in page.report["components"]:
        row = f'#energy tr[data-component="{component["name"]}"] data'
        energy = component["energyFemtojoules"] / page.report["samples"]
        assert close(values(tab, row), [energy]), component
    for index, step in enumerate(page.report["steps"]):
        assert sum(step["componentFemtojoules"]) == step["energyFemtojoules"], step["name"]


def table_is_the_report(tab, page):
    """Every row of the table of layers has the step's figures of the JSON report."""
    for index, step in enumerate(page.report["steps"]):
        layer = page.inspection["steps"][index].get("layer")
        expected = [step["endPicoseconds"] - step["startPicoseconds"], step["energyFemtojoules"]]
        if layer and expected[0]:
            units = page.inspection["machine"][step["kind"]]["units"]
            expected.append(step["vduPicoseconds"] / expected[0] / units)
        if step["weights"]:
            expected.append(step["survivors"] / step["weights"])
        if layer:
            expected.append(len(layer["codebook"]))
        if layer and "clustering" in layer:
            expected.append(layer["clustering"]["signalToNoiseDecibels"])
        if step["products"]:
            expected.append(step["lit"] / step["products"])
        expected += [step[key] for key in ["vectors", "imprints"] if step[key]]
        if layer:
            expected.append(layer["parameterBytes"])
        if step["trafficBytes"]:
            expected.append(step["trafficBytes"])
        found = values(tab, f'.layers tr[data-step="{index}"] data')
        assert close(found, expected), (step["name"], found, expected)


def table_sorts_and_filters(tab, page):
    """The table sorts by each column and filters by words."""
    heads = tab.locator(".layers thead button")
    for column in range(heads.count()):
        heads.nth(column).click()
        head = tab.locator(".layers thead th").nth(column)
        order = head.get_attribute("aria-sort")
        cells = tab.eval_on_selector_all(
            f".layers tbody tr td:nth-child({column + 1}) data",
            "nodes => nodes.map(node => Number(node.value))")
        assert order in ("ascending", "descending")
        if cells:
            assert cells == sorted(cells, reverse=order == "descending"), column
    tab.fill("#layers input", "conv")
    shown = tab.locator(".layers tbody tr:visible").count()
    expected = sum("conv" in " ".join([
        step["name"], step["kind"], step["bound"], *step["origins"]]).lower()
        for step in page.report["steps"])
    assert shown == expected, (shown, expected)


def choosing_is_followed(tab, page):
    """A layer chosen in the graph is chosen everywhere."""
    index = next(i for i, step in enumerate(page.inspection["steps"]) if "layer" in step)
    step = page.inspection["steps"][index]
    tab.locator(f'#network .step[data-step="{index}"]').dispatch_event("click")
    assert step["name"] in tab.inner_text("#layer h2")
    assert tab.locator(f'.layers tr[data-step="{index}"].chosen').count() == 1
    assert tab.locator(f'#network .step[data-step="{index}"].chosen').count() == 1
    tab.wait_for_selector(f'.line[data-instruction="{step["firstInstruction"]}"]')
    assert tab.evaluate("location.hash").startswith("#step=")
    # And from the table, by the keyboard.
    tab.focus(f'.layers tr[data-step="0"]')
    tab.keyboard.press("Enter")
    assert page.inspection["steps"][0]["name"] in tab.inner_text("#layer h2")


def graph_has_every_step(tab, page):
    """The graph has a node for each step, input and output, and an arrow for what flows."""
    program = page.inspection["program"]
    nodes = len(page.inspection["steps"]) + len(program["inputs"]) + len(program["outputs"])
    assert tab.locator("#network .node").count() == nodes
    written = set(program["inputs"])
    flows = set()
    for index, step in enumerate(page.inspection["steps"]):
        flows |= {(buffer, index) for buffer in step["inputs"] if buffer in written}
        written |= {buffer for buffer in step["outputs"] if buffer is not None}
    assert 0 < tab.locator("#network .edge").count() <= len(flows) + len(program["outputs"])


def listing_has_the_instructions(tab, page):
    """The listing has the instructions, is searched, and leads to the layer."""
    instructions = page.inspection["instructions"]
    number = len(instructions) // 2
    tab.fill("#instructions input", f"i{number}")
    tab.wait_for_selector(".line.chosen")
    assert tab.inner_text(".line.chosen code") == instructions[number]
    owner = next((step["name"] for step in page.inspection["steps"] if 0
                  <= number - step["firstInstruction"] < step["instructionCount"]), "")
    assert tab.inner_text(".line.chosen .owner") == owner
    assert owner in tab.inner_text("#layer h2")
    tab.fill("#instructions input", "collect")
    hits = sum("collect" in line for line in instructions)
    tab.wait_for_timeout(100)
    said = tab.locator("#instructions output").evaluate("node => node.value")
    assert said.startswith(f"{hits} of "), said


def story_leads_to_instructions(tab, page):
    """A layer's story leads to its instructions, and shows weights and codebook."""
    index, step = next((i, step) for i, step in enumerate(page.inspection["steps"])
                       if "layer" in step)
    tab.locator(f'.layers tr[data-step="{index}"]').click()
    tab.locator("#layer button.link").first.click()
    tab.wait_for_selector(f'.line.chosen[data-instruction="{step["firstInstruction"]}"]')
    codebook = tab.locator("#layer .codebook tr")
    assert codebook.count() == len(step["layer"]["codebook"])
    uses = tab.eval_on_selector_all(
        "#layer .codebook td.number", "cells => cells.map(cell => cell.textContent)")
    assert [int(use.replace("\u202f", "")) for use in uses] == [
        entry["uses"] for entry in step["layer"]["codebook"]]
    tab.locator("#layer summary").click()
    weights = tab.locator("#layer .vector span")
    assert weights.count() == step["layer"]["survivors"][0], weights.count()
    # From a value of the codebook to the weights that take it.
    code = int(weights.first.get_attribute("data-code"))
    tab.locator("#layer .codebook button").nth(code - 1).click()
    marked = tab.locator("#layer .vector span.marked")
    assert marked.count() == tab.locator(f'#layer .vector span[data-code="{code}"]').count() > 0, code
    # And from an instruction to the kernel that it holds.
    first, last = step["firstInstruction"], step["firstInstruction"] + step["instructionCount"]
    kernels = {n: re.search(r"k(\d+)\.\.<", page.inspection["instructions"][n])
               for n in range(first, last)}
    number, kernel = next((n, int(found[1])) for n, found in kernels.items()
                          if found and int(found[1]) > 0)
    tab.fill("#instructions input", f"i{number}")
    survivors = step["layer"]["survivors"][kernel]
    assert tab.locator("#layer .vector span").count() == survivors, (kernel, survivors)


def timeline_zooms(tab, page):
    """The timeline zooms by wheel, keys and buttons, and tells what is under the pointer."""
    canvas = tab.locator("#timeline")
    canvas.scroll_into_view_if_needed()
    shown = tab.locator("#shown")
    whole = shown.evaluate("node => node.value")
    canvas.focus()
    tab.keyboard.press("ArrowRight")
    tip = tab.inner_text("#tip")
    first = next(number for number, line in enumerate(page.inspection["instructions"])
                 if line.startswith("load"))
    assert f"i{first} {page.inspection['instructions'][first]}" in tip, tip
    for key in "+++":
        tab.keyboard.press(key)
    expect(shown).not_to_have_js_property("value", whole)
    tab.keyboard.press("Enter")
    tab.wait_for_selector(f'.line.chosen[data-instruction="{first}"]')
    tab.keyboard.press("ArrowRight")
    assert f"i{first} " not in tab.inner_text("#tip")
    tab.keyboard.press("0")
    expect(shown).to_have_js_property("value", whole)
    box = canvas.bounding_box()
    tab.mouse.move(box["x"] + box["width"] / 2, box["y"] + 60)
    tab.mouse.wheel(0, -300)
    expect(shown).not_to_have_js_property("value", whole)
    tab.get_by_role("button", name="All").click()
    expect(shown).to_have_js_property("value", whole)


def tiles_unfold(tab, page):
    """Zoomed into a tile, vectors are told apart: what is held, and what streams past."""
    index, step = next((i, step) for i, step in enumerate(page.inspection["steps"])
                       if step["estimate"].get("dataflow") == "kernel")
    tab.locator(f'.layers tr[data-step="{index}"]').click()
    canvas = tab.locator("#timeline")
    canvas.scroll_into_view_if_needed()
    canvas.focus()
    # Down past DMA and ECU to the first VDU, at the layer's first tile.
    for key in ["ArrowDown", "ArrowDown"]:
        tab.keyboard.press(key)
    for _ in range(40):
        if "tune vector 1 of" in tab.inner_text("#tip"):
            break
        tab.keyboard.press("ArrowLeft")
    tip = tab.inner_text("#tip")
    tile = step["layer"]["tiles"][0]
    vectors = step["layer"]["vectors"][tile["firstKernel"]]
    assert "tune vector 1 of" in tip and f"its vector 1 of {vectors}" in tip, tip


def reads_in_the_dark(tab, page):
    """It turns dark and light, and prints."""
    tab.get_by_title("Light or dark").click()
    dark = tab.evaluate("getComputedStyle(document.body).backgroundColor")
    tab.get_by_title("Light or dark").click()
    light = tab.evaluate("getComputedStyle(document.body).backgroundColor")
    assert dark != light
    tab.emulate_media(media="print")
    assert not tab.is_visible("nav")
    assert tab.pdf().startswith(b"%PDF")


def sections_have_links(tab, page):
    """Each link at the top leads to its section."""
    for link in tab.locator("nav a").all():
        link.click()
        target = tab.locator(link.get_attribute("href"))
        assert target.is_visible()


def comparison_is_the_json(tab, page):
    """The comparison has the figures of its JSON, and either program can be looked at."""
    comparison = page.inspection
    expected = [total[side] for total in comparison["totals"] for side in ("first", "second")]
    assert close(values(tab, "#comparison .totals data"), expected)
    for step in comparison["steps"]:
        row = tab.locator("#comparison tr[data-name]").nth(comparison["steps"].index(step))
        times = row.locator("data").evaluate_all("nodes => nodes.slice(0, 2).map(n => +n.value)")
        assert times == [step[side]["endPicoseconds"] - step[side]["startPicoseconds"]
                         for side in ("first", "second")], step["name"]
    latency = tab.locator("#overview .tiles data").first
    for name, side in [("Second", "second"), ("First", "first")]:
        tab.locator("header").get_by_role("button", name=name).click()
        total = next(t for t in comparison["totals"] if t["name"] == "latency")
        shown = float(latency.evaluate("node => node.value"))
        assert abs(shown * 1e-12 - total[side]) < 1e-15
    tab.locator("#comparison tr[data-name]").nth(1).click()
    assert comparison["steps"][1]["name"] in tab.inner_text("#layer h2")


def samples_are_told_apart(tab, page):
    """It says what is a mean of all samples, and what is the first's."""
    said = tab.inner_text("#overview")
    assert f"means of {page.report['samples']:,}".replace(",", "\u202f") in said, said
    assert "those of the first" in said


def searching_finds_nothing(tab, page):
    """Keys do nothing in a listing or a table of which nothing is left."""
    tab.fill("#instructions input", "no such thing")
    tab.focus(".listing")
    for key in ["ArrowDown", "ArrowUp", "PageDown"]:
        tab.keyboard.press(key)
    tab.fill("#instructions input", "i99999999")
    assert "there is no" in tab.locator("#instructions output").evaluate("node => node.value")
    name = page.inspection["steps"][-1]["name"]
    tab.fill("#layers input", name)
    shown = tab.locator(".layers tbody tr:visible")
    shown.first.focus()
    for _ in range(3):
        tab.keyboard.press("ArrowDown")
    assert tab.evaluate("document.activeElement.hidden") is False


def fingers_work(tab):
    """A tap tells what is there, and a swipe goes on."""
    canvas = tab.locator("#timeline")
    canvas.scroll_into_view_if_needed()
    box = canvas.bounding_box()
    tab.touchscreen.tap(box["x"] + 60, box["y"] + 30)
    tab.wait_for_timeout(100)
    assert re.match(r"i\d+ ", tab.inner_text("#tip")), tab.inner_text("#tip")
    assert canvas.evaluate("node => getComputedStyle(node).touchAction") == "pan-y"


def names_are_text(tab, page):
    """Names that look like HTML are shown as text."""
    shown = tab.inner_text("body")
    drawn = tab.eval_on_selector_all("svg title", "nodes => nodes.map(n => n.textContent).join()")
    for name in pages.HOSTILE[:4]:
        assert name in shown + drawn, name
    assert tab.locator("parsererror").count() == 0
    assert tab.locator("script").count() == 0 and tab.locator("img").count() == 0
    assert tab.title().startswith(pages.HOSTILE[0])
    for index in range(len(page.inspection["steps"])):
        tab.locator(f'.layers tr[data-step="{index}"]').click()
        assert page.inspection["steps"][index]["name"] in tab.inner_text("#layer h2")


def fits(tab):
    wide = tab.evaluate("document.documentElement.scrollWidth - innerWidth")
    assert wide <= 0, f"found {wide} pixels beside the screen"


def frames_a_second(tab):
    """While the wheel zooms in and out over the schedule, for two seconds."""
    tab.locator("#timeline").scroll_into_view_if_needed()
    return tab.evaluate("""() => new Promise((done) => {
      const canvas = document.getElementById("timeline");
      const box = canvas.getBoundingClientRect();
      const start = performance.now();
      let frames = 0;
      const step = () => {
        const taken = performance.now() - start;
        if (taken > 2000) return done(frames / taken * 1000);
        const deltaY = Math.floor(frames++ / 40) % 2 ? 60 : -60;
        canvas.dispatchEvent(new WheelEvent("wheel", {
          deltaY, clientX: box.left + 0.4 * box.width, clientY: box.top + 100, cancelable: true }));
        requestAnimationFrame(step);
      };
      requestAnimationFrame(step);
    })""")


CHECKS = [
    headline_is_the_report, energy_is_the_report, table_is_the_report, table_sorts_and_filters,
    choosing_is_followed, graph_has_every_step, listing_has_the_instructions,
    story_leads_to_instructions, searching_finds_nothing, timeline_zooms, reads_in_the_dark, sections_have_links,
]

# Of runs of many samples, of which the page shows the first.
RUN_CHECKS = [headline_is_the_report, energy_is_the_report, samples_are_told_apart]

# Of networks whose weights the page has one by one.
EXACT_CHECKS = [tiles_unfold]
