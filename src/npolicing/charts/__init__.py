"""Charts as pictures: any `npolicing.exhibits.Chart` as SVG and PNG, the same bytes each time.

The look is that of the Government Analysis Function (afcharts). Colour is never the only sign, and
what is drawn has a contrast of 3:1 or more. Needs `pip install "npolicing[charts]"`.
"""

from npolicing.charts.drawing import Drawing, draw

__all__ = ["Drawing", "draw"]
