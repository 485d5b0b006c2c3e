"""Product pictures: small landscapes with the thing in front, drawn as SVG from the product's number alone."""

from __future__ import annotations

from hashlib import sha256

_THINGS = {
    "jacket": "M150 120l40-22h20l40 22 34 88-26 10-18-44v116h-80V174l-18 44-26-10z",
    "shirt": "M150 128l38-20q12 16 24 0l38 20 22 46-24 12-12-20v104h-72V166l-12 20-24-12z",
    "boot": "M160 110h52v90l62 26q14 6 14 26v22H152v-60z",
    "pack": "M156 140q0-44 44-44t44 44v120q0 14-14 14h-60q-14 0-14-14zM172 190h56v50h-56z",
    "tent": "M110 268l90-158 90 158zM200 150l-34 118h68z",
    "lantern": "M176 96q24-34 48 0M170 116h60l10 24v104l-10 24h-60l-10-24V140zM184 150h32v84h-32z",
    "mug": "M148 150h92v96q0 24-24 24h-44q-24 0-24-24zM240 166q42 0 42 36t-42 36",
    "card": "M110 140h180q10 0 10 10v96q0 10-10 10H110q-10 0-10-10v-96q0-10 10-10zM100 172h200v18H100z",
}


def draw(name: str, thing: str) -> str:
    """The picture of 400 by 400 as SVG text; the same name always gives the same picture."""
    noise = sha256(name.encode()).digest()
    hue = noise[0] * 360 // 256
    hills = " ".join(f"L{x * 80} {250 - noise[x] % 70}" for x in range(1, 6))
    near = " ".join(f"L{x * 80} {310 - noise[x + 8] % 40}" for x in range(1, 6))
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 400 400" width="400" height="400" role="img">'
        f'<rect width="400" height="400" fill="hsl({hue},38%,88%)"/>'
        f'<circle cx="{80 + noise[7]}" cy="92" r="38" fill="hsl({24 + noise[6] % 26},88%,76%)"/>'
        f'<path d="M0 240{hills}V400H0z" fill="hsl({hue},26%,72%)"/>'
        f'<path d="M0 300{near}V400H0z" fill="hsl({hue},28%,56%)"/>'
        f'<path d="{_THINGS.get(thing, _THINGS["card"])}" fill="hsl({(hue + 185) % 360},42%,34%)" fill-rule="evenodd"'
        f' stroke="hsl({(hue + 185) % 360},45%,24%)" stroke-width="5" stroke-linejoin="round"/></svg>'
    )
