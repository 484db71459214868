package org.moslora.studio;

import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import org.moslora.studio.folders.Folders;

/** A studio over three folders, and requests to it as they go over the wire. */
final class StudioUnderTest implements AutoCloseable {
    static final String TOKEN = "a-token-for-tests-only";

    final Path runs;
    final Path models;
    final Path data;
    final int port;
    private final Studio studio;

    StudioUnderTest(Path folder) throws IOException {
        this.runs = Files.createDirectories(folder.resolve("runs"));
        this.models = Files.createDirectories(folder.resolve("models"));
        this.data = Files.createDirectories(folder.resolve("data"));
        Folders folders = new Folders(List.of(runs), List.of(models), List.of(data));
        this.studio = Studio.open(new Studio.Request(0, folders, TOKEN, List.of()), ActedProgram::command, line -> {});
        this.port = URI.create(studio.address()).getPort();
    }

    String address() {
        return studio.address();
    }

    String origin() {
        return "http://127.0.0.1:" + port;
    }

    /** A run as {@code train} leaves it. */
    Path run(String name, int steps) throws IOException {
        Path run = Files.createDirectories(runs.resolve(name));
        Files.writeString(
                run.resolve("recipe.yaml"),
                "pipeline: dreambooth\nmodel: m\nadapter:\n  kind: moslora\n  rank: 4\ntraining:\n  max_steps: " + steps
                        + "\n");
        StringBuilder rows = new StringBuilder();
        for (int step = 1; step <= steps; step++) {
            rows.append(row(step)).append('\n');
        }
        Files.writeString(run.resolve("metrics.jsonl"), rows);
        Files.createDirectories(run.resolve("adapter"));
        return run;
    }

    static String row(int step) {
        return "{\"step\":" + step + ",\"loss\":" + (step == 777 ? 9 : 1 + 1.0 / step)
                + ",\"grad_norm\":1.5,\"learning_rate\":1.0e-4,\"seconds\":0.100000,\"tokens\":9,\"peak_rss_bytes\":1}";
    }

    /** What came back. */
    record Answer(int status, Map<String, String> headers, String body) {
        String header(String name) {
            return headers.getOrDefault(name, "");
        }
    }

    /** Reads a page as the one who was let in. */
    Answer get(String path, String... headers) throws IOException {
        return ask("GET", path, "", with(headers, "Authorization: Bearer " + TOKEN));
    }

    /** Has something done as the studio's own page does. */
    Answer post(String path, String body) throws IOException {
        return ask("POST", path, body, List.of("Cookie: moslora-studio-" + port + "=" + TOKEN, "Origin: " + origin()));
    }

    private static List<String> with(String[] headers, String more) {
        List<String> all = new ArrayList<>(List.of(headers));
        all.add(more);
        return all;
    }

    /** One request, its path as it is. */
    Answer ask(String method, String path, String body, List<String> headers) throws IOException {
        try (Socket socket = new Socket("127.0.0.1", port)) {
            socket.setSoTimeout(20_000);
            StringBuilder head = new StringBuilder(method + " " + path + " HTTP/1.1\r\n");
            if (headers.stream().noneMatch(line -> line.startsWith("Host:"))) {
                head.append("Host: 127.0.0.1:").append(port).append("\r\n");
            }
            headers.forEach(line -> head.append(line).append("\r\n"));
            byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
            head.append("Content-Length: ").append(bytes.length).append("\r\nConnection: close\r\n\r\n");
            socket.getOutputStream().write(head.toString().getBytes(StandardCharsets.ISO_8859_1));
            socket.getOutputStream().write(bytes);
            socket.getOutputStream().flush();
            return parsed(socket.getInputStream().readAllBytes());
        }
    }

    private static Answer parsed(byte[] bytes) {
        String text = new String(bytes, StandardCharsets.ISO_8859_1);
        int end = text.indexOf("\r\n\r\n");
        String[] lines = text.substring(0, end).split("\r\n");
        Map<String, String> headers = new TreeMap<>();
        for (int i = 1; i < lines.length; i++) {
            int colon = lines[i].indexOf(':');
            headers.put(
                    lines[i].substring(0, colon).toLowerCase(Locale.ROOT),
                    lines[i].substring(colon + 1).strip());
        }
        boolean chunked = headers.getOrDefault("transfer-encoding", "").equals("chunked");
        String body = chunked ? whole(text.substring(end + 4)) : text.substring(end + 4);
        String utf = new String(body.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
        return new Answer(Integer.parseInt(lines[0].split(" ")[1]), headers, utf);
    }

    /** Chunks put together, each character a byte. */
    private static String whole(String body) {
        StringBuilder text = new StringBuilder();
        int at = 0;
        while (at < body.length()) {
            int line = body.indexOf("\r\n", at);
            int length = Integer.parseInt(body.substring(at, line).strip(), 16);
            text.append(body, line + 2, line + 2 + length);
            at = line + 2 + length + 2;
        }
        return text.toString();
    }

    /** Waits until something holds. */
    static void until(String what, BooleanSupplier holds) throws InterruptedException {
        long end = System.nanoTime() + 60_000_000_000L;
        while (!holds.getAsBoolean()) {
            if (System.nanoTime() > end) {
                throw new AssertionError("no " + what + " within a minute");
            }
            Thread.sleep(50);
        }
    }

    @Override
    public void close() {
        studio.close();
    }
}
