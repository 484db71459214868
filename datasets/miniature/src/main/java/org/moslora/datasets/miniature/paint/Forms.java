package org.moslora.datasets.miniature.paint;

import java.awt.Shape;
import java.awt.geom.Arc2D;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Path2D;
import java.awt.geom.Rectangle2D;
import java.awt.geom.RoundRectangle2D;

/** Outlines; points come as x and y in turn. */
final class Forms {
    private Forms() {}

    static Shape oval(double x, double y, double radiusX, double radiusY) {
        return new Ellipse2D.Double(x - radiusX, y - radiusY, 2 * radiusX, 2 * radiusY);
    }

    static Shape circle(double x, double y, double radius) {
        return oval(x, y, radius, radius);
    }

    static Shape box(double left, double top, double right, double bottom) {
        return new Rectangle2D.Double(left, top, right - left, bottom - top);
    }

    static Shape rounded(double left, double top, double right, double bottom, double radius) {
        return new RoundRectangle2D.Double(left, top, right - left, bottom - top, 2 * radius, 2 * radius);
    }

    /** The part of an ellipse above its middle, closed by a straight line. */
    static Shape dome(double x, double y, double radiusX, double radiusY) {
        return new Arc2D.Double(x - radiusX, y - radiusY, 2 * radiusX, 2 * radiusY, 0, 180, Arc2D.CHORD);
    }

    /** A closed figure with corners. */
    static Shape corners(double... points) {
        Path2D path = line(points);
        path.closePath();
        return path;
    }

    /** An open line with corners. */
    static Path2D line(double... points) {
        Path2D path = new Path2D.Double();
        path.moveTo(points[0], points[1]);
        for (int i = 2; i < points.length; i += 2) {
            path.lineTo(points[i], points[i + 1]);
        }
        return path;
    }

    /** A closed figure without corners: it touches the middles between the points, which pull it towards themselves. */
    static Shape blob(double... points) {
        int count = points.length;
        Path2D path = new Path2D.Double();
        path.moveTo((points[count - 2] + points[0]) / 2, (points[count - 1] + points[1]) / 2);
        for (int i = 0; i < count; i += 2) {
            double nextX = points[(i + 2) % count];
            double nextY = points[(i + 3) % count];
            path.quadTo(points[i], points[i + 1], (points[i] + nextX) / 2, (points[i + 1] + nextY) / 2);
        }
        path.closePath();
        return path;
    }

    /** An open line that starts at the first point, ends at the last, and bends towards those between. */
    static Shape bow(double... points) {
        int count = points.length;
        Path2D path = new Path2D.Double();
        path.moveTo(points[0], points[1]);
        for (int i = 2; i < count - 2; i += 2) {
            boolean last = i == count - 4;
            double endX = last ? points[count - 2] : (points[i] + points[i + 2]) / 2;
            double endY = last ? points[count - 1] : (points[i + 1] + points[i + 3]) / 2;
            path.quadTo(points[i], points[i + 1], endX, endY);
        }
        return path;
    }
}
