package org.moslora.adapters;

import com.google.gson.JsonObject;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Collection;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;
import org.moslora.adapters.names.DiffusionFamily;
import org.moslora.problems.InvalidInput;
import org.moslora.tensors.SafetensorsFile;
import org.moslora.tensors.SafetensorsWriter;
import org.moslora.tensors.TensorData;
import org.moslora.tensors.WeightSource;

/**
 * The {@code __metadata__} of kohya's files: {@code ss_*} says how it was trained, as far as that is known;
 * {@code sshs_*} are hashes of a file that has only those; {@code modelspec.*} is Stability's description, version 1.0.1;
 * {@code software} says that this program wrote the file, and so may replace it.
 */
final class KohyaMetadata {
    private static final String WRITER = "software";
    private static final String PROGRAM = "moslora";
    private static final int LEGACY_OFFSET = 0x100000;
    private static final int LEGACY_LENGTH = 0x10000;

    private final AdapterFile adapter;
    private final DiffusionFamily family;
    private final boolean lycoris;

    KohyaMetadata(AdapterFile adapter, DiffusionFamily family, boolean lycoris) {
        this.adapter = adapter;
        this.family = family;
        this.lycoris = lycoris;
    }

    /** Writes the file: once to be hashed, once for good. */
    void write(Path file, Collection<TensorData> tensors) {
        Map<String, String> metadata = training();
        try {
            Path hashed = Files.createTempFile("moslora", ".safetensors");
            try {
                SafetensorsWriter.write(hashed, tensors, metadata);
                String hash = dataHash(hashed);
                metadata.put("sshs_model_hash", hash);
                metadata.put("sshs_legacy_hash", legacyHash(hashed));
                describe(metadata, file, hash);
            } finally {
                Files.deleteIfExists(hashed);
            }
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
        metadata.put(WRITER, PROGRAM);
        SafetensorsWriter.write(file, tensors, metadata);
    }

    /** Whether a file was written by this program, by what it says itself. */
    static boolean isOwn(Path file) {
        try (WeightSource source = SafetensorsFile.open(file)) {
            return PROGRAM.equals(source.metadata().get(WRITER));
        } catch (InvalidInput other) {
            return false;
        }
    }

    private Map<String, String> training() {
        Map<String, String> metadata = new TreeMap<>();
        JsonObject arguments = new JsonObject();
        if (lycoris) {
            arguments.addProperty(
                    "algo",
                    adapter.kinds().stream()
                            .filter(kind -> kind.startsWith("lo"))
                            .findFirst()
                            .orElse("lora")
                            .replace("-dora", ""));
        }
        metadata.put("ss_v2", family == DiffusionFamily.V2 ? "True" : "False");
        metadata.put("ss_base_model_version", family.kohya());
        metadata.put("ss_network_module", lycoris ? "lycoris.kohya" : "networks.lora");
        metadata.put("ss_network_dim", Integer.toString(adapter.rank()));
        metadata.put("ss_network_alpha", AdapterConfig.plain(adapter.alpha()).toString());
        metadata.put("ss_network_args", arguments.toString());
        String base = adapter.said("base_model_name_or_path");
        if (base != null && !base.isEmpty()) {
            Path name = Path.of(base).getFileName();
            metadata.put("ss_sd_model_name", name == null ? base : name.toString());
        }
        return metadata;
    }

    private void describe(Map<String, String> metadata, Path file, String hash) {
        boolean xl = family == DiffusionFamily.XL;
        metadata.put("modelspec.sai_model_spec", "1.0.1");
        metadata.put("modelspec.architecture", family.architecture() + "/lora");
        metadata.put(
                "modelspec.implementation", xl ? "https://github.com/Stability-AI/generative-models" : "diffusers");
        metadata.put("modelspec.title", title(file));
        metadata.put("modelspec.resolution", family.side() + "x" + family.side());
        metadata.put("modelspec.hash_sha256", "0x" + hash);
        metadata.put("format", "pt");
    }

    private static String title(Path file) {
        return file.getFileName().toString().replaceFirst("\\.safetensors$", "");
    }

    /** SHA-256 of everything after the header. */
    private static String dataHash(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file)) {
            ByteBuffer length = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
            channel.read(length, 0);
            channel.position(Long.BYTES + length.getLong(0));
            MessageDigest digest = sha256();
            ByteBuffer piece = ByteBuffer.allocate(1 << 20);
            while (channel.read(piece) >= 0) {
                digest.update(piece.flip());
                piece.clear();
            }
            return HexFormat.of().formatHex(digest.digest());
        }
    }

    /** The first eight digits of the SHA-256 of 64 KiB after the first MiB, fewer where the file ends before. */
    private static String legacyHash(Path file) throws IOException {
        try (RandomAccessFile bytes = new RandomAccessFile(file.toFile(), "r")) {
            int length = (int) Math.max(0, Math.min(LEGACY_LENGTH, Files.size(file) - LEGACY_OFFSET));
            byte[] piece = new byte[length];
            bytes.seek(LEGACY_OFFSET);
            bytes.readFully(piece);
            return HexFormat.of().formatHex(sha256().digest(piece)).substring(0, 8);
        }
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
