package org.moslora.start;

import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.moslora.diffusion.folder.Component;
import org.moslora.diffusion.folder.ImageModelFiles;
import org.moslora.examples.subject.SubjectPicture;
import org.moslora.examples.subject.SubjectPictures;
import org.moslora.generation.image.ImageModel;
import org.moslora.problems.FieldName;

/** A start for a model that is to paint a subject. */
final class SubjectStart {
    private static final int STEPS_A_PICTURE = 100;
    private static final int FEWEST_STEPS = 200;
    private static final int MOST_STEPS = 1500;
    private static final int BUCKETED = 256;
    private static final double SQUARE = 1.2;

    private SubjectStart() {}

    static String text(Path model, Path data) {
        SubjectPictures pictures = SubjectPictures.read(FieldName.of("data"), data);
        try (ImageModel opened = ImageModel.open(model, null, null, remark -> {})) {
            Frugality frugality = Frugality.of(parameters(opened.files()));
            return head(opened, frugality, data, pictures)
                    + shape(opened.traits().side(), pictures.pictures())
                    + training(opened, frugality, pictures);
        }
    }

    /** Of large text encoders nothing is left when the transformer comes. */
    private static long parameters(ImageModelFiles files) {
        return files.weights().entrySet().stream()
                .filter(part -> files.denoiser() == Component.UNET || part.getKey() == files.denoiser())
                .mapToLong(part -> part.getValue().elements())
                .sum();
    }

    /** What the folder is called says what is on its pictures, more often than not. */
    private static String subject(Path data) {
        String name = String.valueOf(data.toAbsolutePath().normalize().getFileName());
        String words = name.toLowerCase(Locale.ROOT)
                .replaceAll("[^\\p{L}]+", " ")
                .replaceAll("\\b(images?|pictures?|photos?|instance|my)\\b", " ")
                .strip()
                .replaceAll(" +", " ");
        return words.isEmpty() ? "thing" : words;
    }

    private static String head(ImageModel model, Frugality frugality, Path data, SubjectPictures pictures) {
        String subject = subject(data);
        return """
                # %s, %s
                pipeline: dreambooth
                model: %s
                output: runs/start
                instance:                         # %d pictures
                  images: %s
                  prompt: a photo of sks %s       # sks means nothing yet, and will mean this one; say what it is after it
                # class: {images: runs/class, prompt: a photo of %s, count: 100}   # keeps others of its kind what they are
                captions: {use: %s}               # NAME.txt beside NAME.jpg says what else is to be seen
                adapter:
                  kind: moslora                   # lora: the same without the mixer
                  rank: 8                         # higher: more likeness, easier to overfit
                  alpha: 8
                  targets: [%s]
                """.formatted(
                        model.files().description(),
                        frugality.why(),
                        StartingRecipe.quoted(model.files().path()),
                        pictures.pictures().size(),
                        StartingRecipe.quoted(data),
                        subject,
                        subject,
                        pictures.pictures().stream().anyMatch(picture -> picture.caption() != null),
                        String.join(", ", model.targets()));
    }

    private static String shape(int side, List<SubjectPicture> pictures) {
        boolean oblong = pictures.stream()
                .anyMatch(picture -> Math.max(picture.width(), picture.height())
                        > SQUARE * Math.min(picture.width(), picture.height()));
        String buckets = oblong && side >= BUCKETED
                ? "buckets: {step: 64, min: " + side / 2 + ", max: " + side * 3 / 2
                        + "}   # pictures keep their shape\n"
                : "";
        return "resolution: " + side + "                   # what the model was made for\n" + buckets;
    }

    private static String training(ImageModel model, Frugality frugality, SubjectPictures pictures) {
        int count = pictures.pictures().size();
        int steps = Math.max(FEWEST_STEPS, Math.min(MOST_STEPS, STEPS_A_PICTURE * count));
        String words = subject(pictures.folder());
        boolean flows = model.files().denoiser() == Component.TRANSFORMER;
        String checkpointing = flows && frugality.checkpointing() ? "  gradient_checkpointing: true\n" : "";
        return """
                training:
                  learning_rate: 1.0e-4
                  schedule: constant
                  max_steps: %d                  # more make pictures more alike, and the prompt count less
                  batch_size: 1
                  precision: %s
                  quantize: %s
                %svalidation: {prompts: ["a photo of sks %s", "sks %s in the snow"], samples: 2, every: 100}
                """.formatted(steps, frugality.precision(), frugality.quantize(), checkpointing, words, words);
    }
}
