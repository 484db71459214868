package org.moslora.examples.text;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.moslora.problems.InputFile;
import org.moslora.problems.InvalidInput;

/** A tokenizer.json through Hugging Face's own tokenizers library. */
final class TokenizerFolder implements TextTokenizer {
    private static final String FILE = "tokenizer.json";

    private final Path folder;
    private final String where;
    private final Map<String, Integer> vocabulary;
    private final HuggingFaceTokenizer tokenizer;

    private TokenizerFolder(Path folder, Map<String, Integer> vocabulary, HuggingFaceTokenizer tokenizer) {
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
            byte[] json = InputFile.bytes(file);
            // Read first: what is no JSON must not reach the native library.
            Map<String, Integer> vocabulary = Vocabulary.read(where, json);
            // As a stream, so that nothing beside the file is read and nothing is looked up elsewhere.
            Map<String, String> options =
                    Map.of("addSpecialTokens", "false", "truncation", "false", "padding", "false");
            return new TokenizerFolder(
                    folder, vocabulary, HuggingFaceTokenizer.newInstance(new ByteArrayInputStream(json), options));
        } catch (IOException unreadable) {
            throw new InvalidInput(where, "cannot be read: " + unreadable.getMessage());
        } catch (InvalidInput invalid) {
            throw invalid;
        } catch (RuntimeException refused) {
            throw new InvalidInput(where, "is no tokenizer that can be read: " + refused.getMessage());
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
    public int[] encode(String text) {
        return ids(text, false);
    }

    private int[] ids(String text, boolean special) {
        long[] ids = tokenizer.encode(wellFormed(text), special, false).getIds();
        return Arrays.stream(ids).mapToInt(Math::toIntExact).toArray();
    }

    /** Half of a surrogate pair has no UTF-8; it becomes the replacement character. */
    private static String wellFormed(String text) {
        for (int i = 0; i < text.length(); i++) {
            char unit = text.charAt(i);
            if (Character.isHighSurrogate(unit)
                    && i + 1 < text.length()
                    && Character.isLowSurrogate(text.charAt(i + 1))) {
                i++;
            } else if (Character.isSurrogate(unit)) {
                return wellFormed(text.substring(0, i) + '\ufffd' + text.substring(i + 1));
            }
        }
        return text;
    }

    @Override
    public String decode(int[] ids, boolean skipSpecial) {
        return tokenizer.decode(Arrays.stream(ids).asLongStream().toArray(), skipSpecial);
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
    public boolean has(String token) {
        return vocabulary.containsKey(token);
    }

    @Override
    public int[] opening() {
        int[] with = ids("a", true);
        int[] without = ids("a", false);
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
