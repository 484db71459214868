package org.moslora.datasets;

/** How bad a finding is. */
public enum Severity {
    /** The row cannot be used. */
    ERROR,
    /** The row can be used, and somebody should look at it. */
    WARNING;

    /** What becomes of a row unless the data are refused: left out, or kept. */
    public String action() {
        return this == ERROR ? "left out" : "kept";
    }
}
