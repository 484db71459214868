package org.moslora.console.progress;

import java.io.PrintStream;
import java.util.Locale;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * How far long work has come, on stderr, in fixed columns:
 *
 * <pre>step   120/400  loss 0.0831  lr 9.6e-05  tok/s 310  left 0:03:12  rss 5.2 G</pre>
 *
 * On a terminal one line is drawn over; otherwise a line is printed at each tenth of the work, and every ten seconds.
 * Safe to use from several threads. Whoever starts it closes it.
 */
public final class Progress implements AutoCloseable {
    private static final int IMPORTANT_LINES = 10;

    private final String what;
    private final long total;
    private final TerminalLines lines;
    private final LongSupplier nanoTime;
    private final Supplier<Optional<String>> memory;
    private final Rate rate;
    private long done;

    Progress(String what, long total, TerminalLines lines, LongSupplier nanoTime, Supplier<Optional<String>> memory) {
        this.what = what;
        this.total = total;
        this.lines = lines;
        this.nanoTime = nanoTime;
        this.memory = memory;
        this.rate = new Rate(nanoTime);
    }

    /**
     * Begins to show progress on stderr.
     *
     * @param what what is counted: {@code step}, {@code picture}
     * @param total how many there will be; 0 when nobody knows
     * @param quiet say nothing at all
     */
    public static Progress start(String what, long total, boolean quiet) {
        PrintStream err = System.err;
        PrintStream terminal = Visible.raw(err);
        TerminalLines lines = quiet
                ? new TerminalLines.Silence()
                : ProcessInfo.stderrIsTerminal() ? new TerminalLines.Terminal(terminal) : new TerminalLines.Log(err);
        return new Progress(what, total, lines, System::nanoTime, ProcessInfo::residentMemory);
    }

    /**
     * The work goes on from a checkpoint: what was done before takes no part in the rate.
     *
     * @param already how many were done
     */
    public synchronized void resume(long already) {
        done = already;
    }

    /**
     * Says how far the work has come.
     *
     * @param nowDone how many are done, of all
     * @param columns what else to show, two spaces between the columns
     */
    public synchronized void step(long nowDone, String columns) {
        rate.add((double) (nowDone - done));
        boolean tenth = total > 0 && nowDone * IMPORTANT_LINES / total != done * IMPORTANT_LINES / total;
        done = nowDone;
        lines.show(line(columns), nanoTime.getAsLong(), tenth);
    }

    /** Prints a line that stays, above the line that is drawn over. */
    public synchronized void note(String line) {
        lines.note(line);
    }

    /** Shows the last state and leaves it. Further calls do nothing. */
    @Override
    public synchronized void close() {
        lines.end();
    }

    private String line(String columns) {
        StringBuilder line = new StringBuilder();
        String count = total > 0 ? done + "/" + total : Long.toString(done);
        int width = total > 0 ? 2 * Long.toString(total).length() + 3 : 7;
        line.append(what).append(' ').append(String.format(Locale.ROOT, "%" + width + "s", count));
        if (!columns.isBlank()) {
            line.append("  ").append(columns.strip());
        }
        if (total > 0 && rate.perSecond() > 0) {
            line.append("  left ").append(clock((long) Math.ceil((total - done) / rate.perSecond())));
        }
        memory.get().ifPresent(used -> line.append("  rss ").append(used));
        return line.toString();
    }

    private static String clock(long seconds) {
        return String.format(Locale.ROOT, "%d:%02d:%02d", seconds / 3600, seconds / 60 % 60, seconds % 60);
    }
}
