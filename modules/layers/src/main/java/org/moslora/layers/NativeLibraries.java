package org.moslora.layers;

import ai.djl.engine.EngineException;
import ai.djl.util.ClassLoaderUtils;
import ai.djl.util.Platform;
import ai.djl.util.Utils;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Pattern;
import org.moslora.problems.InvalidInput;
import org.moslora.tensors.Leftovers;
import org.moslora.tensors.Unpacked;

/**
 * Has libtorch lie whole where DJL is going to look for it. DJL alone takes whatever lies there: a library that was cut off
 * ends the process, and every start that was killed while it unpacked leaves 440 MB behind.
 */
final class NativeLibraries {
    private static final String ENGINE = "pytorch";
    private static final Pattern UNPACKING = Pattern.compile("tmp[0-9]+");
    private static final String NEWER_LIBRARY = "libstdc++.so.6";
    private static final String OLD_NAMES = "-precxx11";

    private NativeLibraries() {}

    /** Unpacks, checks and mends; does nothing where libtorch is one that is installed. */
    static void unpack() {
        if (Utils.getEnvOrSystemProperty("PYTORCH_LIBRARY_PATH") != null) {
            return;
        }
        Platform platform = Platform.detectPlatform(ENGINE);
        Path cache = Utils.getEngineCacheDir(ENGINE);
        Leftovers.remove(cache, UNPACKING);
        if (platform.isPlaceholder()) {
            return;
        }
        String flavor = platform.getFlavor();
        boolean old = !flavor.endsWith(OLD_NAMES)
                && Arrays.asList(platform.getLibraries()).contains(NEWER_LIBRARY);
        flavor = old ? flavor + OLD_NAMES : flavor;
        Path folder = cache.resolve(platform.getVersion() + "-" + flavor + "-" + platform.getClassifier());
        Unpacked.into(folder, files(platform, flavor), System.err::println);
    }

    /** What to do where there is no libtorch; the failure itself where there is one. */
    static RuntimeException explained(EngineException failed) {
        boolean installed = Utils.getEnvOrSystemProperty("PYTORCH_LIBRARY_PATH") != null;
        if (installed || !Platform.detectPlatform(ENGINE).isPlaceholder()) {
            return failed;
        }
        return new InvalidInput(
                "libtorch",
                "is not on the class path: depend on org.moslora:moslora-front, which brings it for the system that"
                        + " -Dnatives names, or on ai.djl.pytorch:pytorch-native-cpu with this system's classifier, "
                        + Platform.fromSystem(ENGINE).getClassifier() + ", and pytorch-jni; or let PYTORCH_LIBRARY_PATH"
                        + " and PYTORCH_VERSION say where one is installed");
    }

    /** The libraries in the program's archives by the names that DJL looks for; none where one of them is not there. */
    private static Map<String, Unpacked.Source> files(Platform platform, String flavor) {
        Map<String, Unpacked.Source> files = new HashMap<>();
        String place = ENGINE + "/" + flavor + "/" + platform.getClassifier() + "/";
        for (String name : platform.getLibraries()) {
            files.put(name, () -> ClassLoaderUtils.getResourceAsStream(place + name));
        }
        String bridge = System.mapLibraryName("djl_torch");
        String source = "jnilib/" + platform.getClassifier() + "/" + flavor + "/" + bridge;
        files.put(platform.getApiVersion() + "-" + bridge, () -> ClassLoaderUtils.getResourceAsStream(source));
        return files.values().stream().allMatch(NativeLibraries::isThere) ? files : Map.of();
    }

    private static boolean isThere(Unpacked.Source source) {
        try (InputStream stream = source.open()) {
            return stream.available() >= 0;
        } catch (IOException absent) {
            return false;
        }
    }
}
