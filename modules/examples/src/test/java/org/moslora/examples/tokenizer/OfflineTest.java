package org.moslora.examples.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonParser;
import java.io.IOException;
import java.net.URL;
import java.net.URLConnection;
import java.net.URLStreamHandler;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** In a process of its own, without the options that tests run with: opening a tokenizer asks nobody for anything. */
class OfflineTest {
    @Test
    void openingATokenizerReachesForNoAddress() throws Exception {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        Process process = new ProcessBuilder(
                        java, "-cp", System.getProperty("java.class.path"), OfflineTest.class.getName())
                .redirectErrorStream(true)
                .start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        assertThat(process.waitFor()).as(said).isZero();
        assertThat(said).contains("opened").doesNotContain("reached for");
    }

    /** Opens a tokenizer and tells of every address that is reached for. */
    public static void main(String[] arguments) {
        URL.setURLStreamHandlerFactory(protocol -> protocol.startsWith("http") ? new Telling() : null);
        TokenizerJson file = TokenizerJson.of(
                "tokenizer.json",
                JsonParser.parseString("{\"model\": {\"type\": \"BPE\", \"vocab\": {\"a\": 0}, \"merges\": []}}")
                        .getAsJsonObject());
        try (NativeTokenizer tokenizer = NativeTokenizer.open(file)) {
            System.out.println("opened " + tokenizer.tokens("a", false).ids().length);
        }
    }

    private static final class Telling extends URLStreamHandler {
        @Override
        protected URLConnection openConnection(URL url) throws IOException {
            System.out.println("reached for " + url);
            throw new IOException("no network");
        }
    }
}
