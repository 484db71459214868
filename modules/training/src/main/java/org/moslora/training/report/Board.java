package org.moslora.training.report;

import java.util.Map;

/** One place where curves are looked at. */
interface Board extends AutoCloseable {
    /** Values of a step, by name. */
    void scalars(int step, Map<String, Double> values);

    /** A picture, as a PNG. */
    void picture(int step, String name, byte[] png);

    /** A text, as Markdown. */
    void text(int step, String name, String markdown);

    /** All steps are taken; without this the run counts as broken off. */
    void finished();

    @Override
    void close();
}
