"""A headless Chromium, driven through the DevTools protocol."""

import asyncio
import base64
import json
import os
import subprocess
import tempfile
import urllib.request

import websockets


class Browser:
    """One tab: `async with Browser() as tab`."""

    async def __aenter__(self):
        self.folder = tempfile.TemporaryDirectory()
        command = os.environ.get("CHROMIUM", "chromium")
        self.process = subprocess.Popen(
            [command, "--headless=new", "--no-sandbox", "--disable-gpu", "--hide-scrollbars",
             "--remote-debugging-port=0", f"--user-data-dir={self.folder.name}", "about:blank"],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        place = f"{self.folder.name}/DevToolsActivePort"
        for _ in range(200):
            if os.path.exists(place) and open(place).read().count("\n"):
                break
            await asyncio.sleep(0.1)
        port = open(place).read().split("\n")[0]
        tabs = json.load(urllib.request.urlopen(f"http://127.0.0.1:{port}/json"))
        tab = next(tab for tab in tabs if tab["type"] == "page")
        self.socket = await websockets.connect(tab["webSocketDebuggerUrl"], max_size=None)
        self.count, self.events = 0, []
        for domain in ["Page", "Runtime", "Log", "Network"]:
            await self.call(f"{domain}.enable")
        return self

    async def __aexit__(self, *_):
        await self.socket.close()
        self.process.terminate()
        self.process.wait()
        self.folder.cleanup()

    async def call(self, method, **parameters):
        self.count += 1
        await self.socket.send(
            json.dumps({"id": self.count, "method": method, "params": parameters}))
        while True:
            answer = json.loads(await self.socket.recv())
            if answer.get("id") == self.count:
                assert "error" not in answer, answer
                return answer["result"]
            self.events.append(answer)

    async def size(self, width, height):
        await self.call(
            "Emulation.setDeviceMetricsOverride", width=width, height=height,
            deviceScaleFactor=1, mobile=False)

    async def scheme(self, name):
        await self.call(
            "Emulation.setEmulatedMedia",
            features=[{"name": "prefers-color-scheme", "value": name}])

    async def open(self, path):
        """Loads a file; the milliseconds until all sections stand and the first charts are drawn."""
        self.events.clear()
        await self.call("Page.navigate", url=f"file://{os.path.abspath(path)}")
        while not any(e.get("method") == "Page.loadEventFired" for e in self.events):
            self.events.append(json.loads(await self.socket.recv()))
        return await self.do(
            "new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() =>"
            " done(performance.now()))))")

    async def do(self, script):
        """The value of an expression on the page."""
        result = await self.call(
            "Runtime.evaluate", expression=script, awaitPromise=True, returnByValue=True)
        assert "exceptionDetails" not in result, result["exceptionDetails"]
        return result["result"].get("value")

    async def frame(self):
        """Waits until what was asked for is drawn."""
        await self.do(
            "new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() =>"
            " done(1))))")

    async def mouse(self, kind, x, y, **more):
        await self.call("Input.dispatchMouseEvent", type=kind, x=x, y=y, **more)

    async def drag(self, start, end):
        await self.mouse("mousePressed", *start, button="left", clickCount=1)
        await self.mouse("mouseMoved", *end, button="left", buttons=1)
        await self.mouse("mouseReleased", *end, button="left", clickCount=1)
        await self.frame()

    async def key(self, name, text=None):
        for kind in ["keyDown", "keyUp"]:
            await self.call(
                "Input.dispatchKeyEvent", type=kind, key=name,
                **({"text": text} if text and kind == "keyDown" else {}))
        await self.frame()

    async def box(self, selector):
        """The place of an element, scrolled into view: x, y, width, height."""
        return await self.do(
            f"(() => {{ const e = document.querySelector({json.dumps(selector)});"
            " e.scrollIntoView({block: 'center'}); const b = e.getBoundingClientRect();"
            " return [b.x, b.y, b.width, b.height]; })()")

    async def picture(self, path, whole=True):
        result = await self.call(
            "Page.captureScreenshot", format="png", captureBeyondViewport=whole,
            **({"clip": {"x": 0, "y": 0, "scale": 1, **await self.extent()}} if whole else {}))
        with open(path, "wb") as file:
            file.write(base64.b64decode(result["data"]))

    async def extent(self):
        width, height = await self.do(
            "[document.documentElement.scrollWidth, document.documentElement.scrollHeight]")
        return {"width": width, "height": height}

    def complaints(self):
        """Errors of scripts, refusals of the policy, and requests that left the file."""
        found = []
        for event in self.events:
            method, parameters = event.get("method"), event.get("params", {})
            if method == "Runtime.exceptionThrown":
                found.append(str(parameters["exceptionDetails"])[:600])
            if method == "Log.entryAdded" and parameters["entry"]["level"] == "error":
                found.append(parameters["entry"]["text"])
            if method == "Runtime.consoleAPICalled":
                found.append(str(parameters.get("args")))
            if method == "Network.requestWillBeSent":
                url = parameters["request"]["url"]
                if not url.startswith(("file:", "data:")):
                    found.append(url)
        return found
