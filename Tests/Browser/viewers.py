"""Models that `sonic compile --emit onnx` writes, in Netron."""

import socket

import netron

import pages

NAMES = {"sonic.weights", "sonic.survivors", "sonic.sparsity", "sonic.clusters"}


def netron_shows_what_is_left(browser, command, folder, demo):
    """Netron shows of a layer how many weights and values are left."""
    model = folder / "small.onnx"
    pages.sonic(command, "compile", pages.ROOT / "Docs/Demo/fashion.onnx", "--emit", "onnx",
                "-o", model, "--calibrate", pages.ROOT / "Docs/Demo/calibration.npy")
    with socket.socket() as free:
        free.bind(("localhost", 0))
        address = free.getsockname()
    netron.start(str(model), address=address, browse=False)
    try:
        tab = browser.new_page()
        tab.goto(f"http://{address[0]}:{address[1]}")
        # Netron may ask first whether it may gather statistics.
        accept = tab.get_by_role("button", name="Accept")
        layer = tab.get_by_text("Conv", exact=True).first
        accept.or_(layer).first.wait_for()
        if accept.is_visible():
            accept.click()
        layer.click()
        tab.get_by_text("Metadata", exact=True).wait_for()
        # Netron forbids to evaluate scripts; it has names in fields and values as text.
        names = [field.input_value() for field in tab.locator("input").all()]
        assert NAMES <= set(names), names
        step = next(step for step in demo.inspection["steps"] if "layer" in step)
        weights, survivors = (step["estimate"][key] for key in ("weights", "survivors"))
        expected = [str(weights), str(survivors), f"{100 * (1 - survivors / weights):.1f} %",
                    str(len(step["layer"]["codebook"]))]
        for value in expected:
            assert tab.get_by_text(value, exact=True).count(), value
        tab.close()
    finally:
        netron.stop(address)
