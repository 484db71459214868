package org.moslora.campaign;

import com.google.gson.Gson;
import com.google.gson.JsonObject;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.moslora.app.MosloraCli;

/** Runs one command line after the other in one process: a JSON array of words comes in, a JSON object goes out. */
final class Worker {
    /** What a reply begins with, among whatever libraries print. */
    static final String REPLY = "@@reply ";

    private static final Gson GSON = new Gson();

    private Worker() {}

    public static void main(String[] none) throws IOException {
        Locale.setDefault(Locale.ROOT);
        PrintStream replies = System.out;
        BufferedReader asked = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = asked.readLine(); line != null; line = asked.readLine()) {
            replies.println(REPLY + GSON.toJson(answer(GSON.fromJson(line, String[].class))));
            replies.flush();
        }
        // Threads of libraries would keep the process.
        Runtime.getRuntime().halt(0);
    }

    private static JsonObject answer(String[] words) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        System.setOut(new PrintStream(out, true, StandardCharsets.UTF_8));
        System.setErr(new PrintStream(err, true, StandardCharsets.UTF_8));
        Memory.forgetPeak();
        int code;
        try {
            code = MosloraCli.run(words);
        } catch (Throwable thrown) {
            // What Java itself would print of it.
            StringWriter trace = new StringWriter();
            thrown.printStackTrace(new PrintWriter(trace));
            System.err.println("Exception in thread \"main\" " + trace);
            code = 1;
        }
        JsonObject answer = new JsonObject();
        answer.addProperty("code", code);
        answer.addProperty("peak", Memory.peak());
        answer.addProperty("resident", Memory.resident());
        answer.addProperty("out", out.toString(StandardCharsets.UTF_8));
        answer.addProperty("err", err.toString(StandardCharsets.UTF_8));
        return answer;
    }
}
