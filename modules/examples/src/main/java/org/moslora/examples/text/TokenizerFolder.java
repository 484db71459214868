package org.moslora.examples.text;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.moslora.examples.tokenizer.NativeTokenizer;
import org.moslora.examples.tokenizer.TokenizerJson;
import org.moslora.examples.tokenizer.Tokens;
import org.moslora.problems.InputFile;
import org.moslora.problems.InvalidInput;

/** A tokenizer.json through Hugging Face's own tokenizers library. */
final class TokenizerFolder implements TextTokenizer {
    private static final String FILE = "tokenizer.json";

    private final Path folder;
    private final String where;
    private final Map<String, Integer> vocabulary;
    private final NativeTokenizer tokenizer;

    private TokenizerFolder(Path folder, Map<String, Integer> vocabulary, NativeTokenizer tokenizer) {
        this.folder = folder;
        this.where = folder.resolve(FILE).toString();
        this.vocabulary = vocabulary;
        this.tokenizer = tokenizer;
    }

    static TextTokenizer open(Path folder) {
        Path file = folder.resolve(FILE);
        String where = file.toString();
        if (!Files.isRegularFile(file)) {
            throw new InvalidInput(folder.toString(), "holds no " + FILE + "; " + instead(folder));
        }
        try {
            TokenizerJson json = TokenizerJson.read(where, InputFile.bytes(file));
            String end = EndToken.named(folder);
            if (end != null) {
                json.mustFind(end);
            }
            return new TokenizerFolder(folder, json.vocabulary(), NativeTokenizer.open(json));
        } catch (IOException unreadable) {
            throw new InvalidInput(where, "cannot be read: " + unreadable.getMessage());
        }
    }

    private static String instead(Path folder) {
        if (!Files.isDirectory(folder)) {
            return "it is not a folder";
        }
        List<String> known = List.of("tokenizer.model", "vocab.json", "merges.txt", "vocab.txt");
        try (Stream<Path> files = Files.list(folder)) {
            List<String> names = files.map(file -> file.getFileName().toString())
                    .filter(known::contains)
                    .sorted()
                    .toList();
            return names.isEmpty()
                    ? "copy it from the folder that the model came in"
                    : "it has " + String.join(", ", names) + " only: let transformers write the other form, with"
                            + " AutoTokenizer.from_pretrained(folder).save_pretrained(folder), or copy tokenizer.json"
                            + " from a converted copy of the model";
        } catch (IOException unreadable) {
            return "the folder cannot be listed";
        }
    }

    @Override
    public Tokens tokens(String text) {
        return tokenizer.tokens(text, false);
    }

    @Override
    public String decode(int[] ids, boolean skipSpecial) {
        return tokenizer.decode(ids, skipSpecial);
    }

    @Override
    public int tokenId(String token) {
        Integer id = vocabulary.get(token);
        if (id == null) {
            throw new InvalidInput(
                    where,
                    "has no token " + token + "; is it another model's tokenizer, or is the template another model's?");
        }
        return id;
    }

    @Override
    public String token(int id) {
        return vocabulary.entrySet().stream()
                .filter(entry -> entry.getValue() == id)
                .map(Map.Entry::getKey)
                .findFirst()
                .orElse("");
    }

    @Override
    public boolean has(String token) {
        return vocabulary.containsKey(token);
    }

    @Override
    public int[] opening() {
        int[] with = tokenizer.tokens("a", true).ids();
        int[] without = encode("a");
        int extra = with.length - without.length;
        for (int start = 0; start <= extra; start++) {
            if (Arrays.equals(Arrays.copyOfRange(with, start, start + without.length), without)) {
                return Arrays.copyOf(with, start);
            }
        }
        return new int[0];
    }

    @Override
    public int end() {
        return EndToken.of(folder, vocabulary);
    }

    @Override
    public int vocabularySize() {
        return 1
                + vocabulary.values().stream().mapToInt(Integer::intValue).max().orElse(-1);
    }

    @Override
    public void close() {
        tokenizer.close();
    }
}
