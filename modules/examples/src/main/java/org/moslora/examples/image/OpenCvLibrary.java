package org.moslora.examples.image;

import java.nio.file.Path;
import java.util.List;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.opencv.global.opencv_imgcodecs;
import org.bytedeco.opencv.global.opencv_imgproc;
import org.moslora.layers.quantised.CacheFolder;

/**
 * OpenCV's native code. On Linux the few libraries that decode pictures are unpacked once, into {@code opencv-VERSION} of the
 * cache folder, and loaded in their order; elsewhere JavaCPP does it its own way, in a folder of the same cache.
 */
public final class OpenCvLibrary {
    private static final String ROOT = "/org/bytedeco/";

    /** In the order in which they need each other; {@code %s} is the platform. */
    private static final List<String> LIBRARIES = List.of(
            "javacpp/%s/libjnijavacpp.so",
            "openblas/%s/libquadmath.so.0",
            "openblas/%s/libgfortran.so.5",
            "openblas/%s/libopenblas.so.0",
            "opencv/%s/libopencv_core.so.413",
            "opencv/%s/libopencv_imgproc.so.413",
            "opencv/%s/libopencv_imgcodecs.so.413",
            "opencv/%s/libjniopencv_core.so",
            "opencv/%s/libjniopencv_imgproc.so",
            "opencv/%s/libjniopencv_imgcodecs.so");

    private OpenCvLibrary() {}

    /** Loads it, once and for whichever thread comes first. */
    public static void load() {
        Loaded.now();
    }

    private static final class Loaded {
        static {
            // Memory is let go as it was taken, by hand: nobody is to count the process's, which mapped weights are
            // part of.
            System.setProperty("org.bytedeco.javacpp.nopointergc", "true");
            if (OpenCvLibrary.class.getResource(ROOT + platform(LIBRARIES.get(LIBRARIES.size() - 1))) == null) {
                System.setProperty(
                        "org.bytedeco.javacpp.cachedir",
                        CacheFolder.path().resolve("javacpp").toString());
                loadByJavaCpp();
            } else {
                System.setProperty("org.bytedeco.javacpp.loadlibraries", "false");
                loadEach(UnpackedLibraries.of(version(), ROOT, names()));
            }
        }

        static void now() {}
    }

    private static void loadByJavaCpp() {
        try {
            Loader.load(opencv_imgproc.class);
            Loader.load(opencv_imgcodecs.class);
        } catch (UnsatisfiedLinkError absent) {
            throw new IllegalStateException(
                    "this build holds no OpenCV for this system; build with -Dopencv.classifier="
                            + Loader.getPlatform(),
                    absent);
        }
    }

    /** System.load and not the path of libraries: what is loaded already is what the next one finds. */
    private static void loadEach(List<Path> files) {
        files.forEach(file -> System.load(file.toString()));
    }

    private static List<String> names() {
        return LIBRARIES.stream()
                .map(OpenCvLibrary::platform)
                // Not every platform's Fortran brings its own quadruple precision.
                .filter(name -> OpenCvLibrary.class.getResource(ROOT + name) != null)
                .toList();
    }

    private static String platform(String library) {
        return String.format(library, Loader.getPlatform());
    }

    private static String version() {
        return "opencv-4.13.0-" + Loader.getPlatform();
    }
}
