package org.moslora.campaign;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.zip.CRC32;

/** Ways to spoil a file, one of them chosen by chance each time. */
final class Spoiling {
    private static final Pattern NUMBER = Pattern.compile("(?<![\\w.])-?\\d+(\\.\\d+)?([eE][-+]?\\d+)?");
    private static final List<String> EXTREMES = List.of(
            "-1",
            "0",
            "1e999",
            "-1e999",
            "9223372036854775807",
            "-9223372036854775808",
            "2147483648",
            "-2147483648",
            "0.5",
            "1e-320",
            "NaN",
            ".inf",
            "99999999999999999999999999",
            "1e18",
            "4294967297",
            "-0.0",
            "3.0000000000000001");
    private static final byte[][] STRANGE = {
        {(byte) 0xc3, 0x28},
        {(byte) 0xed, (byte) 0xa0, (byte) 0x80},
        {(byte) 0xff, (byte) 0xfe},
        {0},
        {0x1b, '[', '3', '1', 'm'},
        {(byte) 0xf4, (byte) 0x90, (byte) 0x80, (byte) 0x80},
        {'\r'},
        {(byte) 0xe2, (byte) 0x80, (byte) 0xae},
        {'"'},
        {'{'},
        {'\t'}
    };

    private final Random random;

    Spoiling(Random random) {
        this.random = random;
    }

    /** Spoils a file in place, which must be no link to a file that is needed; what was done. */
    String spoil(Path file, Path log) throws IOException, InterruptedException {
        byte[] whole = Files.readAllBytes(file);
        Files.delete(file);
        if (random.nextInt(25) == 0) {
            return another(file, log);
        }
        String[] done = {""};
        byte[] spoiled = spoiled(file.getFileName().toString(), whole, done);
        Files.write(file, spoiled);
        return done[0];
    }

    /** Something that is no file, or none with anything in it, in its place. */
    private String another(Path file, Path log) throws IOException, InterruptedException {
        int kind = random.nextInt(8);
        switch (kind) {
            case 0 -> Files.createDirectory(file);
            case 1 -> Files.createSymbolicLink(file, Path.of("/dev/zero"));
            case 2 -> Files.createSymbolicLink(file, Path.of("/dev/null"));
            case 3 -> Files.createSymbolicLink(file, file);
            case 4 ->
                new ProcessBuilder("mkfifo", file.toString())
                        .redirectErrorStream(true)
                        .redirectOutput(log.toFile())
                        .start()
                        .waitFor();
            case 5 -> Files.createSymbolicLink(file, Path.of("/dev/urandom"));
            case 6 -> Files.write(file, new byte[0]);
            default -> {}
        }
        return List.of(
                        "a folder",
                        "/dev/zero",
                        "/dev/null",
                        "a link to itself",
                        "a pipe",
                        "/dev/urandom",
                        "empty",
                        "absent")
                .get(kind);
    }

    private byte[] spoiled(String name, byte[] whole, String[] done) {
        if (name.endsWith(".jsonl") && random.nextInt(3) > 0) {
            return line(whole, done);
        }
        if (name.endsWith(".json") && random.nextInt(3) > 0) {
            return json(whole, done);
        }
        if (name.endsWith(".safetensors") && random.nextInt(2) == 0) {
            return safetensors(whole, done);
        }
        if (name.endsWith(".png") && random.nextInt(2) == 0) {
            return png(whole, done);
        }
        boolean text = name.matches(".*\\.(json|jsonl|txt|yaml)");
        return text && random.nextBoolean() ? text(whole, done) : bytes(whole, done);
    }

    private byte[] json(byte[] whole, String[] done) {
        return new JsonSpoiling(random)
                .spoiled(new String(whole, StandardCharsets.UTF_8), done)
                .getBytes(StandardCharsets.UTF_8);
    }

    private byte[] line(byte[] whole, String[] done) {
        String[] lines = new String(whole, StandardCharsets.UTF_8).split("\n");
        int at = random.nextInt(lines.length);
        lines[at] = new JsonSpoiling(random).spoiled(lines[at], done);
        done[0] = "line " + at + ": " + done[0];
        return (String.join("\n", lines) + "\n").getBytes(StandardCharsets.UTF_8);
    }

    private byte[] safetensors(byte[] whole, String[] done) {
        int header = Shards.length(whole);
        return switch (random.nextInt(5)) {
            case 0 -> {
                long length = new long[] {
                            0, -1, Long.MAX_VALUE, whole.length, header - 1L, header + 1L, 1L << 31, 1L << 40
                        }
                        [random.nextInt(8)];
                done[0] = "header length " + length;
                byte[] copy = whole.clone();
                ByteBuffer.wrap(copy).order(java.nio.ByteOrder.LITTLE_ENDIAN).putLong(length);
                yield copy;
            }
            case 1 -> {
                byte[] text = bytes(Arrays.copyOfRange(whole, 8, 8 + header), done);
                done[0] = "header " + done[0];
                yield Shards.withHeader(whole, text);
            }
            case 2 -> {
                byte[] data = bytes(Arrays.copyOfRange(whole, 8 + header, whole.length), done);
                done[0] = "data " + done[0];
                yield ByteBuffer.allocate(8 + header + data.length)
                        .put(whole, 0, 8 + header)
                        .put(data)
                        .array();
            }
            default -> {
                byte[] text = json(Shards.header(whole).getBytes(StandardCharsets.UTF_8), done);
                done[0] = "header " + done[0];
                yield Shards.withHeader(whole, text);
            }
        };
    }

    /** A chunk spoiled under a checksum that is right, so that decoders look at it. */
    private byte[] png(byte[] whole, String[] done) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(whole, 0, 8);
        int chunks = 0;
        for (int at = 8;
                at + 12 <= whole.length;
                at += 12 + ByteBuffer.wrap(whole).getInt(at)) {
            chunks++;
        }
        int chosen = random.nextInt(chunks);
        int number = 0;
        for (int at = 8; at + 12 <= whole.length; number++) {
            int length = ByteBuffer.wrap(whole).getInt(at);
            byte[] data = Arrays.copyOfRange(whole, at + 8, at + 8 + length);
            String type = new String(whole, at + 4, 4, StandardCharsets.ISO_8859_1);
            if (number == chosen) {
                data = bytes(data, done);
                done[0] = type + " chunk, " + done[0];
            }
            for (int copy = number == chosen ? random.nextInt(3) : 1; copy > 0; copy--) {
                chunk(out, type, data);
            }
            at += 12 + length;
        }
        return out.toByteArray();
    }

    private static void chunk(ByteArrayOutputStream out, String type, byte[] data) {
        byte[] typed = ByteBuffer.allocate(4 + data.length)
                .put(type.getBytes(StandardCharsets.ISO_8859_1))
                .put(data)
                .array();
        CRC32 sum = new CRC32();
        sum.update(typed);
        out.writeBytes(ByteBuffer.allocate(4).putInt(data.length).array());
        out.writeBytes(typed);
        out.writeBytes(ByteBuffer.allocate(4).putInt((int) sum.getValue()).array());
    }

    private byte[] text(byte[] whole, String[] done) {
        String text = new String(whole, StandardCharsets.UTF_8);
        if (random.nextBoolean()) {
            List<MatchResult> numbers = NUMBER.matcher(text).results().toList();
            if (!numbers.isEmpty()) {
                MatchResult number = numbers.get(random.nextInt(numbers.size()));
                String other = EXTREMES.get(random.nextInt(EXTREMES.size()));
                done[0] = number.group() + " at " + number.start() + " is " + other;
                return (text.substring(0, number.start()) + other + text.substring(number.end()))
                        .getBytes(StandardCharsets.UTF_8);
            }
        }
        List<String> lines = new java.util.ArrayList<>(text.lines().toList());
        if (lines.isEmpty()) {
            return bytes(whole, done);
        }
        int at = random.nextInt(lines.size());
        int other = random.nextInt(lines.size());
        switch (random.nextInt(5)) {
            case 0 -> lines.remove(at);
            case 1 -> lines.add(other, lines.get(at));
            case 2 -> lines.set(at, lines.set(other, lines.get(at)));
            case 3 ->
                lines.set(at, " ".repeat(random.nextInt(5)) + lines.get(at).stripLeading());
            default ->
                lines.set(
                        at,
                        lines.get(at)
                                .replaceFirst(
                                        ":.*",
                                        ": "
                                                + JsonSpoiling.VALUES
                                                        .get(random.nextInt(JsonSpoiling.VALUES.size()))
                                                        .replace("$", "")));
        }
        done[0] = "lines " + at + " and " + other;
        return (String.join("\n", lines) + "\n").getBytes(StandardCharsets.UTF_8);
    }

    private byte[] bytes(byte[] whole, String[] done) {
        if (whole.length == 0) {
            done[0] = "a byte in nothing";
            return new byte[] {(byte) random.nextInt(256)};
        }
        // Heads of files hold what decides.
        int at = random.nextInt(random.nextInt(3) == 0 ? Math.min(64, whole.length) : whole.length);
        int length = 1 + random.nextInt(Math.min(whole.length - at, random.nextBoolean() ? 8 : 4096));
        byte[] before = Arrays.copyOf(whole, at);
        byte[] stretch = Arrays.copyOfRange(whole, at, at + length);
        byte[] after = Arrays.copyOfRange(whole, at + length, whole.length);
        int kind = random.nextInt(8);
        done[0] = List.of("bits flipped", "cut", "removed", "doubled", "zeroed", "of ones", "random", "inserted")
                        .get(kind)
                + " at " + at + ", " + length + " bytes";
        return switch (kind) {
            case 0 -> {
                byte[] copy = whole.clone();
                for (int i = 1 + random.nextInt(4); i > 0; i--) {
                    copy[at + random.nextInt(length)] ^= (byte) (1 << random.nextInt(8));
                }
                yield copy;
            }
            case 1 -> before;
            case 2 -> joined(before, after);
            case 3 -> joined(before, stretch, stretch, after);
            case 4 -> joined(before, new byte[length], after);
            case 5 -> {
                Arrays.fill(stretch, (byte) 0xff);
                yield joined(before, stretch, after);
            }
            case 6 -> {
                random.nextBytes(stretch);
                yield joined(before, stretch, after);
            }
            default -> joined(before, STRANGE[random.nextInt(STRANGE.length)], stretch, after);
        };
    }

    private static byte[] joined(byte[]... parts) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            out.writeBytes(part);
        }
        return out.toByteArray();
    }
}
