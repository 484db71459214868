package org.moslora.studio;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/** A page in a Chromium without a window, spoken to by the protocol of its own tools. */
final class Chromium implements AutoCloseable, WebSocket.Listener {
    private final Process process;
    private final WebSocket socket;
    private final Map<Integer, CompletableFuture<JsonObject>> asked = new ConcurrentHashMap<>();
    private final StringBuilder heard = new StringBuilder();
    private int number;

    /** What a person would not see: errors of scripts, refused requests, and requests to anywhere else. */
    final List<String> complaints = Collections.synchronizedList(new ArrayList<>());

    private Chromium(Process process, URI page) {
        this.process = process;
        this.socket = HttpClient.newHttpClient()
                .newWebSocketBuilder()
                .buildAsync(page, this)
                .join();
        ask("Page.enable", "{}");
        ask("Runtime.enable", "{}");
        ask("Log.enable", "{}");
        ask("Network.enable", "{}");
    }

    /** Where one is installed; null if none is. */
    static Path installed() {
        String named = System.getenv("MOSLORA_CHROMIUM");
        Path path = Path.of(named == null ? "/usr/bin/chromium" : named);
        return Files.isExecutable(path) ? path : null;
    }

    static Chromium start(Path program, Path folder) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(
                        program.toString(),
                        "--headless=new",
                        "--no-sandbox",
                        "--disable-gpu",
                        "--disable-dev-shm-usage",
                        "--no-first-run",
                        "--remote-debugging-port=0",
                        "--user-data-dir=" + folder,
                        "about:blank")
                .start();
        BufferedReader said =
                new BufferedReader(new InputStreamReader(process.getErrorStream(), StandardCharsets.UTF_8));
        for (String line = said.readLine(); line != null; line = said.readLine()) {
            if (line.contains("DevTools listening on ")) {
                Thread rest = new Thread(() -> said.lines().forEach(any -> {}), "chromium");
                rest.setDaemon(true);
                rest.start();
                int port = URI.create(line.substring(line.indexOf("ws://"))).getPort();
                return new Chromium(process, page(port));
            }
        }
        throw new IOException("Chromium did not begin");
    }

    private static URI page(int port) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/json/list"))
                .build();
        for (int i = 0; i < 100; i++) {
            String list = HttpClient.newHttpClient()
                    .send(request, HttpResponse.BodyHandlers.ofString())
                    .body();
            for (JsonElement each : JsonParser.parseString(list).getAsJsonArray()) {
                if (each.getAsJsonObject().get("type").getAsString().equals("page")) {
                    return URI.create(
                            each.getAsJsonObject().get("webSocketDebuggerUrl").getAsString());
                }
            }
            Thread.sleep(100);
        }
        throw new IOException("Chromium has no page");
    }

    JsonObject ask(String method, String parameters) {
        CompletableFuture<JsonObject> answer = new CompletableFuture<>();
        int id = ++number;
        asked.put(id, answer);
        socket.sendText("{\"id\":" + id + ",\"method\":\"" + method + "\",\"params\":" + parameters + "}", true);
        return answer.orTimeout(60, TimeUnit.SECONDS).join();
    }

    @Override
    public CompletionStage<?> onText(WebSocket from, CharSequence part, boolean last) {
        heard.append(part);
        if (last) {
            JsonObject said = JsonParser.parseString(heard.toString()).getAsJsonObject();
            heard.setLength(0);
            hear(said);
        }
        from.request(1);
        return CompletableFuture.completedFuture(null);
    }

    private void hear(JsonObject said) {
        if (said.has("id")) {
            CompletableFuture<JsonObject> answer = asked.remove(said.get("id").getAsInt());
            if (answer != null) {
                answer.complete(said);
            }
            return;
        }
        String method = said.get("method").getAsString();
        String all = said.toString();
        boolean error = method.equals("Runtime.exceptionThrown")
                || (method.equals("Log.entryAdded") && all.contains("\"level\":\"error\""))
                || method.equals("Page.javascriptDialogOpening");
        boolean elsewhere = method.equals("Network.requestWillBeSent")
                && all.contains("\"url\":\"http")
                && !all.contains("\"url\":\"http://127.0.0.1:");
        if (error || elsewhere) {
            complaints.add(all);
        }
    }

    void go(String address) throws InterruptedException {
        ask("Page.navigate", "{\"url\":\"" + address + "\"}");
        StudioUnderTest.until(
                "a page",
                () -> text("document.readyState").equals("complete")
                        && !text("location.href").equals("about:blank"));
    }

    /** What an expression comes to, as a text. */
    String text(String expression) {
        JsonObject parameters = new JsonObject();
        parameters.addProperty("expression", "String(" + expression + ")");
        parameters.addProperty("awaitPromise", true);
        JsonObject result = ask("Runtime.evaluate", parameters.toString())
                .getAsJsonObject("result")
                .getAsJsonObject("result");
        return result.has("value") ? result.get("value").getAsString() : result.toString();
    }

    void until(String expression) throws InterruptedException {
        StudioUnderTest.until(expression, () -> text(expression).equals("true"));
    }

    void size(int width) {
        ask(
                "Emulation.setDeviceMetricsOverride",
                "{\"width\":" + width + ",\"height\":800,\"deviceScaleFactor\":1,\"mobile\":false}");
    }

    void dark(boolean is) {
        ask(
                "Emulation.setEmulatedMedia",
                "{\"features\":[{\"name\":\"prefers-color-scheme\",\"value\":\"" + (is ? "dark" : "light") + "\"}]}");
    }

    void mouse(String type, double x, double y) {
        ask(
                "Input.dispatchMouseEvent",
                "{\"type\":\"" + type + "\",\"x\":" + x + ",\"y\":" + y
                        + ",\"button\":\"left\",\"buttons\":1,\"clickCount\":1}");
    }

    @Override
    public void close() {
        List<ProcessHandle> all = new ArrayList<>(process.descendants().toList());
        all.add(process.toHandle());
        socket.sendText("{\"id\":" + ++number + ",\"method\":\"Browser.close\"}", true);
        for (ProcessHandle each : all) {
            each.onExit().completeOnTimeout(each, 10, TimeUnit.SECONDS).join();
            each.destroyForcibly();
        }
    }
}
