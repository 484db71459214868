package org.moslora.studio.pages;

import com.google.gson.JsonObject;
import java.io.IOException;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.moslora.studio.http.EventStream;
import org.moslora.studio.http.Exchange;
import org.moslora.studio.runs.RunView;
import org.moslora.studio.runs.Runs;

/**
 * What happens to a run, as it happens: each row of its log as a {@code step}, each change of what its page shows as a
 * {@code state}. Who has seen rows already says the last one's number. With {@code ?once} the stream ends where the log
 * ends, so that any number of pages can follow without a connection each, of which browsers have six.
 */
final class RunEvents {
    private static final int MOST_POINTS = 2000;
    private static final long LOOK_MILLIS = 200;
    private static final long COMMENT_MILLIS = 15_000;

    private final Runs runs;
    private final RunPage page;
    private final RunView run;

    RunEvents(Runs runs, RunPage page, RunView run) {
        this.runs = runs;
        this.page = page;
        this.run = run;
    }

    void answer(Exchange exchange) throws IOException {
        String seen = exchange.header("Last-Event-ID");
        boolean once = !exchange.query().all("once").isEmpty();
        boolean known = seen.matches("\\d{1,9}");
        int last = known ? Integer.parseInt(seen) : 0;
        int most = known && !once ? Integer.MAX_VALUE : MOST_POINTS;
        try (EventStream stream = exchange.events()) {
            last = rows(stream, run, last, most);
            JsonObject told = state(stream, run, null);
            stream.flush();
            if (!once) {
                follow(stream, last, told);
            }
        }
    }

    private void follow(EventStream stream, int seen, JsonObject first) throws IOException {
        int last = seen;
        JsonObject told = first;
        long spoke = System.currentTimeMillis();
        while (!Thread.currentThread().isInterrupted()) {
            try {
                Thread.sleep(LOOK_MILLIS);
            } catch (InterruptedException ending) {
                return;
            }
            RunView now = runs.named(run.name()).orElse(null);
            if (now == null) {
                return;
            }
            int before = last;
            // A resumed run is cut after its checkpoint: those steps come again.
            last = rows(stream, now, Math.min(last, now.step()), Integer.MAX_VALUE);
            JsonObject after = state(stream, now, told);
            if (last != before || !after.equals(told)) {
                spoke = System.currentTimeMillis();
                stream.flush();
            } else if (System.currentTimeMillis() - spoke > COMMENT_MILLIS) {
                spoke = System.currentTimeMillis();
                stream.comment();
                stream.flush();
            }
            told = after;
        }
    }

    private int rows(EventStream stream, RunView now, int after, int most) throws IOException {
        int last = after;
        for (Map.Entry<Integer, String> row : runs.rows(now, after, most).entrySet()) {
            stream.send("step", row.getKey(), row.getValue());
            last = row.getKey();
        }
        return last;
    }

    private JsonObject state(EventStream stream, RunView now, @Nullable JsonObject told) throws IOException {
        JsonObject json = page.now(now);
        if (!json.equals(told)) {
            stream.send("state", json.toString());
        }
        return json;
    }
}
