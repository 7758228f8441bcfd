"""Uses a report as a reader would, in a real browser, and checks that it answers.

  assay report STUDY --out study.html      a study of several settings and seeds, with samples
  python3 Tests/Page/drive.py study.html [PICTURES]

Needs Debian's `chromium` and Python's `websockets`; no part of the suite. With a folder for PICTURES
it leaves the page there in light, dark and narrow, and as it is printed, to be looked at.
"""

import asyncio
import base64
import os
import sys

from browser import Browser

COUNT = "document.querySelector('#table .readout').textContent"
HASHES = """[...document.querySelectorAll('.stack canvas:first-child')].slice(0, 4)
  .map((canvas) => canvas.toDataURL())"""


async def changed(tab, script, what):
    """Does something that must change the first charts."""
    before = await tab.do(HASHES)
    await tab.do(script)
    await tab.frame()
    assert await tab.do(HASHES) != before, what


async def curves(tab):
    panel = ".panel canvas"
    x, y, width, height = await tab.box(panel)
    await tab.frame()
    middle = y + height / 2
    slide = ("(() => { const s = document.querySelector('#smoothing'); s.value = VALUE;"
             " s.dispatchEvent(new Event('input')); })()")
    await changed(tab, slide.replace("VALUE", "0.9"), "smoothing")
    await changed(tab, slide.replace("VALUE", "0"), "smoothing off")
    for text in ["log x", "without outliers"] + (["mean"] if await tab.do("state.band") else []):
        box = ("[...document.querySelectorAll('.tools label')]"
               f".find((label) => label.textContent.includes('{text}')).click()")
        await changed(tab, box, text)
        await changed(tab, box, text)
    await tab.drag((x + width * 0.4, middle), (x + width * 0.7, middle))
    low, high = await tab.do("state.zoom")
    assert 0 < low < high, "dragging zooms"
    assert await tab.do("document.querySelector('.tools button').disabled") is False
    await tab.do(f"document.querySelector('{panel}').focus()")
    await tab.key("+", "+")
    inner = await tab.do("state.zoom")
    assert low < inner[0] < inner[1] < high, "plus zooms in"
    await tab.key("ArrowRight")
    assert (await tab.do("state.zoom"))[0] > inner[0], "arrows move"
    await tab.key("0", "0")
    assert await tab.do("state.zoom") is None, "0 shows all"
    await tab.key("ArrowDown")
    assert "step" in await tab.do("document.querySelector('.panel .readout').textContent")
    label = await tab.do(f"document.querySelector('{panel}').getAttribute('aria-label')")
    assert "curve" in label and "from" in label, label
    # Somewhere on a curve.
    for share in range(1, 40):
        await tab.mouse("mouseMoved", x + width * 0.6, y + height * share / 40)
    await tab.frame()
    await tab.do("document.querySelector('.panel .quiet').click()")
    await tab.frame()
    assert (await tab.box(".panel canvas"))[3] > height, "a panel widens"
    await tab.do("document.querySelector('.panel .quiet').click()")


async def samples(tab):
    if not await tab.do("data.samples.length"):
        return
    source = "document.querySelector('.pictures img').src"
    slider = "#samples input[type=range]"
    await tab.box(slider)
    last = await tab.do(source)
    await tab.do(f"document.querySelector('{slider}').focus()")
    await tab.call("Input.dispatchKeyEvent", type="keyDown", key="Home", code="Home",
                   windowsVirtualKeyCode=36)
    await tab.frame()
    assert await tab.do(source) != last, "Home shows the first picture"
    await tab.do("document.querySelector('#samples button').click()")
    for _ in range(200):
        await asyncio.sleep(0.1)
        if await tab.do("document.querySelector('#samples button').textContent") == "play":
            break
    assert await tab.do(source) == last, "playing ends at the last picture"
    assert await tab.do("[...document.querySelectorAll('.pictures img')].every((image) =>"
                        " image.naturalWidth > 0 && image.alt)")


async def parallel(tab):
    if not await tab.do("document.querySelector('#parallel') !== null"):
        return
    x, y, width, height = await tab.box("#parallel canvas")
    await tab.frame()
    total = await tab.do("runs.length")
    await tab.drag((x + 70, y + 30), (x + 70, y + height * 0.5))
    kept = await tab.do("visible.size")
    assert 0 < kept < total, kept
    assert (await tab.do(COUNT)).startswith(f"{kept} of ")
    await tab.do("document.querySelector('#parallel button').click()")
    await tab.frame()
    assert await tab.do("visible.size") == total


async def table(tab):
    first = "document.querySelector('#table tbody tr th').textContent"
    heads = await tab.do("[...document.querySelectorAll('#table th button')]"
                         ".slice(0, [...document.querySelectorAll('#table thead th')].length)"
                         ".map((head) => head.textContent)")
    column = heads.index("run")
    click = f"document.querySelectorAll('#table thead button')[{column}].click()"
    await tab.do(click)
    least = await tab.do(first)
    assert least == min(await tab.do("runs.map((run) => run.id)")), least
    await tab.do(click)
    assert await tab.do(first) > least
    assert await tab.do(f"document.querySelectorAll('#table thead th')[{column}].ariaSort") \
        == "descending"

    async def keep(text):
        await tab.do("(() => { const f = document.querySelector('#table input');"
                     f" f.value = '{text}'; f.dispatchEvent(new Event('input')); }})()")
        await tab.frame()
        return await tab.do("visible.size")

    total = await tab.do("runs.length")
    finished = await tab.do("runs.filter((run) => run.status === 'finished').length")
    assert await keep("status=finished") == finished
    assert await keep("status!=finished") == total - finished
    assert await keep("no-such-run") == 0
    metric = await tab.do("data.metric")
    middle = await tab.do("[...scores].filter(Number.isFinite).sort((a, b) => a - b)"
                          "[Math.floor(scores.filter(Number.isFinite).length / 2)]")
    above = await tab.do(f"scores.filter((score) => score > {middle}).length")
    assert await keep(f"{metric}>{middle}") == above
    assert await keep("") == total
    await tab.do("document.querySelectorAll('#table tbody button')[1].click()")
    await tab.frame()
    chosen = await tab.do("runs[state.selected].id")
    assert chosen == await tab.do(
        "document.querySelectorAll('#table tbody button')[1].textContent")
    assert chosen in await tab.do("document.querySelector('#experiment').textContent") \
        or await tab.do("data.settings.length") == 0
    assert await tab.do("document.querySelectorAll('tr.selected').length") == 1


async def safety(tab):
    assert await tab.do("typeof window.hacked") == "undefined"
    assert await tab.do("document.scripts.length") == 2
    await tab.do("(() => { const s = document.createElement('script');"
                 " s.textContent = 'window.hacked = 1'; document.body.append(s); })()")
    assert await tab.do("typeof window.hacked") == "undefined", "the policy lets no script in"


async def pictures(tab, folder):
    os.makedirs(folder, exist_ok=True)
    for name, scheme, width in [("light", "light", 1280), ("dark", "dark", 1280),
                                ("narrow", "light", 400)]:
        await tab.scheme(scheme)
        await tab.size(width, 900)
        await asyncio.sleep(0.5)
        await tab.frame()
        assert (await tab.extent())["width"] <= width, "nothing sticks out"
        await tab.picture(f"{folder}/{name}.png")
    await tab.size(1280, 900)
    paper = await tab.call("Page.printToPDF", printBackground=True)
    with open(f"{folder}/paper.pdf", "wb") as file:
        file.write(base64.b64decode(paper["data"]))


async def main(path, folder=None):
    async with Browser() as tab:
        await tab.size(1280, 900)
        await tab.scheme("light")
        milliseconds = await tab.open(path)
        print(f"{os.path.getsize(path) / 1e6:.1f} MB, open after {milliseconds:.0f} ms")
        assert await tab.do("document.querySelectorAll('h1').length") == 1
        for use in [curves, samples, parallel, table]:
            await use(tab)
            print(f"{use.__name__} answers")
        before = await tab.do("getComputedStyle(document.body).backgroundColor")
        await tab.do("document.querySelector('.theme').click()")
        assert await tab.do("getComputedStyle(document.body).backgroundColor") != before
        await tab.do("document.querySelector('.theme').click()")
        await tab.do("delete document.documentElement.dataset.theme, change({theme: true})")
        if folder:
            await pictures(tab, folder)
        assert tab.complaints() == [], tab.complaints()
        await safety(tab)
        print("no script error, no request, no foreign script")


asyncio.run(main(*sys.argv[1:]))
