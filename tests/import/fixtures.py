"""Small CityGML files for tests, made on the spot: a town of boxes at 36.147 N, 139.388 E."""

HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<core:CityModel xmlns:core="http://www.opengis.net/citygml/2.0" xmlns:bldg="http://www.opengis.net/citygml/building/2.0"
 xmlns:gml="http://www.opengis.net/gml" xmlns:gen="http://www.opengis.net/citygml/generics/2.0"
 xmlns:tran="http://www.opengis.net/citygml/transportation/2.0" xmlns:veg="http://www.opengis.net/citygml/vegetation/2.0"
 xmlns:wtr="http://www.opengis.net/citygml/waterbody/2.0" xmlns:luse="http://www.opengis.net/citygml/landuse/2.0"
 xmlns:frn="http://www.opengis.net/citygml/cityfurniture/2.0" xmlns:tun="http://www.opengis.net/citygml/tunnel/2.0"
 xmlns:uro="https://www.geospatial.jp/iur/uro/3.1" xmlns:xlink="http://www.w3.org/1999/xlink">
"""
TAIL = "</core:CityModel>\n"

LAT, LON = 36.147, 139.388
# Degrees of a metre there, by the formulas for the GRS 80 ellipsoid (meridian and parallel radius).
M_LAT, M_LON = 1 / 110962.0, 1 / 90020.0


def model(*members, head=HEAD):
    return head + "".join(f"<core:cityObjectMember>\n{m}\n</core:cityObjectMember>\n" for m in members) + TAIL


def ring(points, closed=True):
    """Metres east and north of the origin, and height → text of a posList."""
    if closed:
        points = [*points, points[0]]
    return " ".join(f"{LAT + y * M_LAT:.10f} {LON + x * M_LON:.10f} {z}" for x, y, z in points)


def polygon(exterior, *holes, closed=True, gml_id=None):
    name = f' gml:id="{gml_id}"' if gml_id else ""
    text = f"<gml:Polygon{name}><gml:exterior><gml:LinearRing><gml:posList>{ring(exterior, closed)}</gml:posList></gml:LinearRing></gml:exterior>"
    for hole in holes:
        text += f"<gml:interior><gml:LinearRing><gml:posList>{ring(hole)}</gml:posList></gml:LinearRing></gml:interior>"
    return text + "</gml:Polygon>"


def surface(*polygons):
    return "<gml:MultiSurface>" + "".join(f"<gml:surfaceMember>{p}</gml:surfaceMember>" for p in polygons) + "</gml:MultiSurface>"


def square(x, y, size, z=0.0):
    return [(x, y, z), (x + size, y, z), (x + size, y + size, z), (x, y + size, z)]


def box(x, y, size, low, high):
    """A solid: floor, roof and four walls."""
    corners = square(x, y, size)
    faces = [[(a, b, low) for a, b, _ in reversed(corners)], [(a, b, high) for a, b, _ in corners]]
    for i in range(4):
        (ax, ay, _), (bx, by, _) = corners[i], corners[(i + 1) % 4]
        faces.append([(ax, ay, low), (bx, by, low), (bx, by, high), (ax, ay, high)])
    members = "".join(f"<gml:surfaceMember>{polygon(f)}</gml:surfaceMember>" for f in faces)
    return f"<gml:Solid><gml:exterior><gml:CompositeSurface>{members}</gml:CompositeSurface></gml:exterior></gml:Solid>"


def building(gml_id, *, height=None, lod0=None, roof_edge=None, lod1=None, more="", tail=""):
    text = f'<bldg:Building gml:id="{gml_id}">{more}'
    if height is not None:
        text += f'<bldg:measuredHeight uom="m">{height}</bldg:measuredHeight>'
    if lod0:
        text += f"<bldg:lod0FootPrint>{lod0}</bldg:lod0FootPrint>"
    if roof_edge:
        text += f"<bldg:lod0RoofEdge>{roof_edge}</bldg:lod0RoofEdge>"
    if lod1:
        text += f"<bldg:lod1Solid>{lod1}</bldg:lod1Solid>"
    return text + tail + "</bldg:Building>"


def part(gml_id, **options):
    inner = building(gml_id, **options).replace("bldg:Building ", "bldg:BuildingPart ").replace("</bldg:Building>", "</bldg:BuildingPart>")
    return f"<bldg:consistsOfBuildingPart>{inner}</bldg:consistsOfBuildingPart>"


def area_m2(parts):
    """Signed surveyor's sum in metres: holes run the other way round and are subtracted."""
    total = 0.0
    for points in parts:
        xy = [((lon - LON) / M_LON, (lat - LAT) / M_LAT) for lon, lat in points]
        total += sum(a[0] * b[1] - b[0] * a[1] for a, b in zip(xy, xy[1:] + xy[:1])) / 2
    return abs(total)
