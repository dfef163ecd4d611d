"""axe as the browser tests use it, and what they ask of it.

axe spends most of its time on the contrast of colours: it reads the same few colours again for each
piece of text and each of its ancestors, and keeps the parts of each in six WeakMaps, which cost
more than the sums. Both are made cheap here without touching what is judged: a colour that was
read is remembered by its words, and the parts lie on the object itself. Together that halves axe;
`test_pages.py` holds that it finds the same as before.
"""

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
AS_IT_COMES = Axe().axe_script
ON_THE_OBJECT = """
class WeakMap {
    constructor() { this.key = Symbol(); }
    has(object) { return this.key in object; }
    get(object) { return object[this.key]; }
    set(object, value) { object[this.key] = value; return this; }
    delete(object) { return delete object[this.key]; }
}"""
REMEMBERED = """
const color = axe.commons.color.Color.prototype, read = color.parseString, known = new Map();
color.parseString = function (words) {
    if (!known.has(words)) {
        read.call(this, words);
        known.set(words, [this.r, this.g, this.b, this.alpha]);
    }
    [this.r, this.g, this.b, this.alpha] = known.get(words);
    return this;
};"""
QUICK = f"(() => {{ {ON_THE_OBJECT}\n{AS_IT_COMES}\n{REMEMBERED} }})()"
# Fonts are there and what the page does by script on a new width is done before anything is judged.
EXAMINE = """async options => {
    await document.fonts.ready;
    await new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)));
    const root = document.documentElement;
    const overflow = root.scrollWidth - root.clientWidth;
    const {violations} = await axe.run(document, options);
    const places = rule => rule.nodes.slice(0, 3).map(node => node.target);
    return [overflow, violations.map(rule => [rule.id, places(rule)])];
}"""


def examine(page: Page, script: str = QUICK) -> tuple[int, list[tuple[str, list]]]:
    """By how much the page scrolls sideways, and what axe finds: the rule and the places. Only this
    comes back from the browser: the rules that hold fill megabytes.
    """
    if not page.evaluate("typeof axe === 'object'"):
        page.evaluate(script)
    overflow, violations = page.evaluate(EXAMINE, {"runOnly": RULES, "resultTypes": ["violations"]})
    return overflow, [(rule, places) for rule, places in violations]
