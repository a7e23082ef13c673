import json
import pathlib

from odoo.tests import tagged

from ..common.browser import BrowserCase
from .common import ProcessCase

FILES = pathlib.Path(__file__).parent / "bpmn"
START = """<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"><process id="p">
<startEvent id="s"/><userTask id="ask" name="Ask"/><sequenceFlow id="f" sourceRef="s" targetRef="ask"/>
</process></definitions>"""
#: Opens a text in the drawing program, saves it untouched, and counts what is said in both.
COME_BACK = """
const { loadBundle } = odoo.loader.modules.get("@web/core/assets");
const { lostIds } = odoo.loader.modules.get("@crm_extended/processes/designer/drawing_ids");
const said = (text) => [...new DOMParser().parseFromString(text, "application/xml").querySelectorAll("*")]
    .filter((element) => !/DD|[/]DI$/.test(element.namespaceURI))
    .map((element) => `${element.localName} ${element.id} ${element.getAttribute("name") || ""}`)
    .sort().join("|");
(async () => {
    await loadBundle("crm_extended.assets_bpmn");
    for (const [name, text] of Object.entries(%s)) {
        const modeler = new window.BpmnJS({ container: document.body });
        const { warnings } = await modeler.importXML(text);
        const { xml } = await modeler.saveXML({ format: true });
        const lost = lostIds(text, xml);
        if (lost.elements.length || said(text) !== said(xml)) {
            console.error(`${name}: lost ${JSON.stringify(lost)} ${warnings.map((one) => one.message)}\\n` +
                `${said(text)}\\n${said(xml)}`);
        }
        modeler.destroy();
    }
    const cut = '<a xmlns:d="http://www.omg.org/spec/BPMN/20100524/DI" id="1"><b id="2"/><d:c id="3"/></a>';
    if (JSON.stringify(lostIds(cut, "<a id='1'/>")) !== '{"elements":["2"],"picture":["3"]}') {
        console.error(JSON.stringify(lostIds(cut, "<a id='1'/>")));
    }
    console.log("test successful");
})().catch((error) => console.error(String(error)));
"""


@tagged("post_install", "-at_install")
class TestProcessesDesignerTour(ProcessCase, BrowserCase):
    """A process drawn and published, and drawings of others, in a real browser."""

    def setUp(self):
        super().setUp()
        self.drawn = self.process(publish=False, name="Drawn by us")
        self.drawn._import(START.encode())

    def test_drawn_and_published(self):
        self.start_tour(f"/odoo/processes/{self.drawn.id}", "crmx_process_draw", login="crmx_process_admin")
        self.assertEqual(self.drawn.step_ids.mapped("name"), ["Ask", "Decide"])
        self.assertEqual(self.drawn.step_ids[1].instructions, "Look twice")
        self.assertEqual(
            self.drawn.version_id.node_ids.filtered(lambda node: node.kind == "user").mapped("name"),
            ["Ask", "Decide"],
        )
        instance = self.begin(self.drawn)
        self.do(instance, "Ask", self.asker)
        self.do(instance, "Decide", self.asker)
        self.assertEqual(instance.state, "done")

    def test_changes_that_are_not_wanted(self):
        self.start_tour(
            f"/odoo/processes/{self.drawn.id}",
            "crmx_process_discard",
            login="crmx_process_admin",
        )
        self.assertEqual(self.drawn.step_ids.mapped("name"), ["Ask"])
        self.assertNotIn("loudly", self.drawn.drawing)

    def test_drawings_of_other_programs_come_back(self):
        texts = {}
        for path in sorted(FILES.rglob("*.bpmn")):
            self.drawn._import(path.read_bytes())
            texts[path.stem] = self.drawn.drawing
        self.browser_js(
            "/odoo",
            COME_BACK % json.dumps(texts),
            "odoo.isReady === true",
            login="crmx_process_admin",
            timeout=300,
        )
