package org.moslora.training.report;

import java.nio.ByteBuffer;
import java.util.Map;

/** Values as TensorBoard's plugins read them: scalars, pictures, texts, hyperparameters. */
final class Summaries {
    private static final int TAG = 1;
    private static final int SIMPLE_VALUE = 2;
    private static final int IMAGE = 4;
    private static final int TENSOR = 8;
    private static final int METADATA = 9;

    private static final int DATA_TYPE_STRING = 7;
    private static final int RGB = 3;
    private static final int HEADER = 24;

    private Summaries() {}

    static Wire scalar(String tag, double value) {
        return new Wire().text(TAG, tag).single(SIMPLE_VALUE, (float) value);
    }

    /** @param png the bytes of the file, whose header says how large it is */
    static Wire picture(String tag, byte[] png) {
        ByteBuffer header = ByteBuffer.wrap(png, 0, HEADER);
        Wire image = new Wire()
                .number(1, header.getInt(HEADER - Integer.BYTES))
                .number(2, header.getInt(HEADER - 2 * Integer.BYTES))
                .number(3, RGB)
                .bytes(4, png);
        return new Wire().text(TAG, tag).message(IMAGE, image);
    }

    /** @param markdown is shown as such */
    static Wire text(String tag, String markdown) {
        Wire shape = new Wire().message(2, new Wire().number(1, 1));
        Wire tensor = new Wire().number(1, DATA_TYPE_STRING).message(2, shape).text(8, markdown);
        return new Wire()
                .text(TAG, tag + "/text_summary")
                .message(TENSOR, tensor)
                .message(METADATA, metadata("text", new byte[0]));
    }

    /** What an experiment varies: the names of its settings, and the scalar that counts. */
    static Wire experiment(Map<String, Object> settings, String metric) {
        Wire experiment = new Wire();
        settings.forEach(
                (name, value) -> experiment.message(4, new Wire().text(1, name).number(4, type(value))));
        experiment.message(5, new Wire().message(1, new Wire().text(2, metric)));
        return plugin("experiment", new Wire().message(2, experiment));
    }

    private static int type(Object value) {
        return value instanceof Boolean ? 2 : value instanceof Number ? 3 : 1;
    }

    /** What this run sets them to. */
    static Wire session(Map<String, Object> settings, double startSeconds) {
        Wire session = new Wire();
        settings.forEach(
                (name, value) -> session.message(1, new Wire().text(1, name).message(2, value(value))));
        return plugin("session_start_info", new Wire().message(3, session.real(5, startSeconds)));
    }

    private static Wire value(Object value) {
        return value instanceof Boolean flag
                ? new Wire().number(4, flag ? 1 : 0)
                : value instanceof Number number
                        ? new Wire().real(2, number.doubleValue())
                        : new Wire().text(3, value.toString());
    }

    /** That the run is over, and well. */
    static Wire sessionEnd(double endSeconds) {
        return plugin(
                "session_end_info",
                new Wire().message(4, new Wire().number(1, 1).real(2, endSeconds)));
    }

    private static Wire plugin(String tag, Wire content) {
        return new Wire().text(TAG, "_hparams_/" + tag).message(METADATA, metadata("hparams", content.toBytes()));
    }

    private static Wire metadata(String plugin, byte[] content) {
        return new Wire().message(1, new Wire().text(1, plugin).bytes(2, content));
    }
}
