package org.moslora.studio.runs;

import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Path;

/**
 * The last whole row of a log, found from the end of the file, however long that is.
 *
 * @param step 0 where there is none
 * @param loss of that step
 */
record LastRow(int step, double loss) {
    private static final LastRow NONE = new LastRow(0, Double.NaN);
    private static final int TAIL = 1 << 14;

    static LastRow of(Path file) {
        try (FileChannel channel = FileChannel.open(file)) {
            long from = Math.max(0, channel.size() - TAIL);
            byte[] tail = Channels.newInputStream(channel.position(from)).readNBytes(TAIL);
            return in(tail, tail.length);
        } catch (IOException absent) {
            return NONE;
        }
    }

    private static LastRow in(byte[] bytes, int length) {
        int end = length - 1;
        while (end >= 0) {
            while (end >= 0 && bytes[end] != '\n') {
                end--;
            }
            int begin = end - 1;
            while (begin >= 0 && bytes[begin] != '\n') {
                begin--;
            }
            double[] row = end < 0 ? null : MetricLine.read(bytes, begin + 1, end);
            if (row != null) {
                return new LastRow((int) row[0], row[1]);
            }
            end = Math.max(-1, begin);
        }
        return NONE;
    }
}
