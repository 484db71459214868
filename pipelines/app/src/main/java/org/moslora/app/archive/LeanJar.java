package org.moslora.app.archive;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.LocalDateTime;
import java.util.List;
import java.util.regex.Pattern;
import java.util.zip.Deflater;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;

/**
 * Jars without what another system needs, or nobody: libraries that are made for several systems have all of them inside, and
 * OpenCV's the parts that are not called here.
 *
 * @param platform as DJL names it: {@code linux-x86_64}, {@code linux-aarch64}, {@code osx-aarch64}, {@code win-x86_64}
 */
record LeanJar(String platform) {
    private static final Pattern ONNX_RUNTIME = Pattern.compile("ai/onnxruntime/native/([^/]+)/.*");
    private static final Pattern TOKENIZERS = Pattern.compile("native/lib/([a-z]+-[^/]+)/.*");
    private static final Pattern TORCH_BRIDGE = Pattern.compile("jnilib/([^/]+)/([^/]+)/.*");
    private static final Pattern JNA = Pattern.compile("com/sun/jna/([a-z0-9]+-[^/]+)/.*");
    private static final Pattern OPENCV = Pattern.compile("org/bytedeco/opencv/[a-z]+-[^/]+/.*");
    private static final Pattern OPENCV_CALLED =
            Pattern.compile(".*/(lib)?(jni)?opencv_(core|imgproc|imgcodecs)[.\\d]*(so|dylib|dll|lib)?[.\\d]*");
    private static final Pattern OPENBLAS = Pattern.compile("org/bytedeco/openblas/[a-z]+-[^/]+/.*");
    private static final Pattern OPENBLAS_CALLED =
            Pattern.compile(".*/(lib)?(openblas|gfortran|quadmath|gcc_s|jniopenblas_nolapack)\\b[^/]*");

    /** What ONNX Runtime and JNA call the system. */
    private List<String> names() {
        return switch (platform) {
            case "linux-x86_64" -> List.of("linux-x64", "linux-x86-64");
            case "linux-aarch64" -> List.of("linux-aarch64");
            case "osx-aarch64" -> List.of("osx-aarch64", "osx-arm64", "darwin-aarch64");
            default -> List.of("win-x64", "win32-x86-64");
        };
    }

    private boolean keeps(String name) {
        var runtime = ONNX_RUNTIME.matcher(name);
        if (runtime.matches()) {
            return names().contains(runtime.group(1)) && !name.endsWith(".lib") && !name.endsWith(".pdb");
        }
        var tokenizers = TOKENIZERS.matcher(name);
        if (tokenizers.matches()) {
            return tokenizers.group(1).equals(platform);
        }
        var bridge = TORCH_BRIDGE.matcher(name);
        if (bridge.matches()) {
            return bridge.group(1).equals(platform) && bridge.group(2).startsWith("cpu");
        }
        var jna = JNA.matcher(name);
        if (jna.matches()) {
            return names().contains(jna.group(1));
        }
        if (OPENCV.matcher(name).matches()) {
            return OPENCV_CALLED.matcher(name).matches();
        }
        return !OPENBLAS.matcher(name).matches()
                || OPENBLAS_CALLED.matcher(name).matches();
    }

    /** The jar without it, entries in order and without times; the same where all of it is needed. */
    byte[] of(byte[] jar) throws IOException {
        ByteArrayOutputStream lean = new ByteArrayOutputStream();
        if (!isFat(jar)) {
            return jar;
        }
        try (ZipInputStream in = new ZipInputStream(new ByteArrayInputStream(jar));
                ZipOutputStream out = new ZipOutputStream(lean)) {
            out.setLevel(Deflater.BEST_COMPRESSION);
            for (ZipEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
                if (!entry.isDirectory() && keeps(entry.getName())) {
                    ZipEntry kept = new ZipEntry(entry.getName());
                    kept.setTimeLocal(LocalDateTime.of(2026, 1, 1, 0, 0));
                    out.putNextEntry(kept);
                    in.transferTo(out);
                    out.closeEntry();
                }
            }
        }
        return lean.toByteArray();
    }

    private boolean isFat(byte[] jar) throws IOException {
        try (ZipInputStream in = new ZipInputStream(new ByteArrayInputStream(jar))) {
            for (ZipEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
                if (!entry.isDirectory() && !keeps(entry.getName())) {
                    return true;
                }
            }
            return false;
        }
    }
}
