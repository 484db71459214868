package org.moslora.datasets;

/** A row that cannot be read; ends the reading of that row alone. */
final class BadRow extends Exception {
    private static final long serialVersionUID = 1;

    private final String rule;
    private final String text;

    BadRow(String rule, String text) {
        super(text, null, false, false); // thrown for rows by the thousand: nobody wants the stack
        this.rule = rule;
        this.text = text;
    }

    String rule() {
        return rule;
    }

    String text() {
        return text;
    }
}
