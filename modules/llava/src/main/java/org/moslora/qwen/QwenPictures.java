package org.moslora.qwen;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.moslora.examples.image.NativePictures;
import org.moslora.examples.image.ResizeFilter;
import org.moslora.problems.Problems;
import org.moslora.tensors.ConfigSection;

/** Reads how pictures are prepared; what {@code preprocessor_config.json} leaves out takes the processor's defaults. */
final class QwenPictures {
    private static final String FILE = "preprocessor_config.json";
    private static final int LEAST = 56 * 56;
    /** Pixels of the largest picture, unless the file says otherwise. */
    private static final int MOST = 28 * 28 * 1280;

    private static final List<Double> MEAN = List.of(0.48145466, 0.4578275, 0.40821073);
    private static final List<Double> DEVIATION = List.of(0.26862954, 0.26130258, 0.27577711);

    private QwenPictures() {}

    static NativePictures read(Path folder, QwenVision vision) {
        Problems problems = new Problems();
        ConfigSection file = Files.exists(folder.resolve(FILE))
                ? ConfigSection.read(folder.resolve(FILE), problems)
                : ConfigSection.parse(FILE, "{}", problems);
        for (String step : List.of("do_resize", "do_rescale", "do_normalize")) {
            file.mustBe(step, "true");
        }
        file.mustBe("patch_size", Integer.toString(vision.patch()));
        file.mustBe("merge_size", Integer.toString(vision.merge()));
        file.mustBe("temporal_patch_size", Integer.toString(vision.time()));
        ConfigSection size = file.section("size");
        int least = limit(file, "min_pixels", size, "shortest_edge", LEAST);
        int most = limit(file, "max_pixels", size, "longest_edge", MOST);
        if (least > most) {
            file.problem("allows no picture: min_pixels is %d, max_pixels %d", least, most);
        }
        int resample = file.whole("resample", 3);
        if (resample != 2 && resample != 3) {
            file.problem("resample is %d; this program knows 2 (bilinear), 3 (bicubic)", resample);
        }
        List<Double> mean = colour(file, "image_mean", MEAN);
        List<Double> deviation = colour(file, "image_std", DEVIATION);
        problems.throwIfAny();
        return NativePictures.of(
                resample == 2 ? ResizeFilter.BILINEAR : ResizeFilter.BICUBIC,
                mean,
                deviation,
                vision.patch(),
                vision.merge(),
                least,
                most);
    }

    private static int limit(ConfigSection file, String own, @Nullable ConfigSection size, String edge, int otherwise) {
        if (file.has(own) || size == null) {
            return file.size(own, otherwise);
        }
        return Objects.requireNonNull(size).size(edge, otherwise);
    }

    private static List<Double> colour(ConfigSection file, String key, List<Double> otherwise) {
        List<Double> said = file.numbers(key, otherwise);
        if (said.size() != 3 || (key.equals("image_std") && said.contains(0.0))) {
            file.problem("%s must be three numbers that can be divided by, got %s", key, said);
            return otherwise;
        }
        return said;
    }
}
