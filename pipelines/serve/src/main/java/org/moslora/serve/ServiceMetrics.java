package org.moslora.serve;

import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.IntSupplier;

/** What the service has done, in the words and format of Prometheus. */
final class ServiceMetrics {
    private static final double NANOS = 1e9;

    private final Map<String, Long> requests = new TreeMap<>();
    private final Map<String, Double> seconds = new TreeMap<>();
    private final Map<String, Long> counts = new TreeMap<>();
    private long prompts;
    private long completions;
    private long pictures;

    synchronized void answered(String path, int status, long nanos) {
        requests.merge(String.format(Locale.ROOT, "path=\"%s\",status=\"%d\"", path, status), 1L, Long::sum);
        String of = "path=\"" + path + "\"";
        seconds.merge(of, nanos / NANOS, Double::sum);
        counts.merge(of, 1L, Long::sum);
    }

    synchronized void spoke(int prompt, int completion) {
        prompts += prompt;
        completions += completion;
    }

    synchronized void painted() {
        pictures++;
    }

    /** @param waiting how many requests wait now */
    synchronized String text(IntSupplier waiting) {
        StringBuilder text = new StringBuilder();
        head(text, "moslora_requests_total", "counter", "Requests by path and status.");
        requests.forEach((labels, count) -> line(text, "moslora_requests_total{" + labels + "}", count));
        head(text, "moslora_request_seconds", "summary", "Time from the first byte read to the last one written.");
        seconds.forEach((labels, sum) -> line(text, "moslora_request_seconds_sum{" + labels + "}", sum));
        counts.forEach((labels, count) -> line(text, "moslora_request_seconds_count{" + labels + "}", count));
        head(text, "moslora_tokens_total", "counter", "Tokens read and written.");
        line(text, "moslora_tokens_total{kind=\"prompt\"}", prompts);
        line(text, "moslora_tokens_total{kind=\"completion\"}", completions);
        head(text, "moslora_pictures_total", "counter", "Pictures painted.");
        line(text, "moslora_pictures_total", pictures);
        head(text, "moslora_requests_waiting", "gauge", "Requests in the queue.");
        line(text, "moslora_requests_waiting", waiting.getAsInt());
        return text.toString();
    }

    private static void head(StringBuilder text, String name, String type, String help) {
        text.append("# HELP ").append(name).append(' ').append(help).append('\n');
        text.append("# TYPE ").append(name).append(' ').append(type).append('\n');
    }

    private static void line(StringBuilder text, String series, Number value) {
        text.append(series).append(' ').append(value).append('\n');
    }
}
