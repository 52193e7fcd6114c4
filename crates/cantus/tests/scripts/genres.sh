#!/bin/sh
# A network for each genre, as people trained them with Magenta in 2017: one folder of MIDI files a genre.
# Usage: genres.sh MIDI_FOLDER WORK_FOLDER
set -e

MIDI=$1
WORK=$2
CONFIG=attention_rnn
HPARAMS="batch_size=8,rnn_layer_sizes=[16,16]"

for folder in "$MIDI"/*/; do
  genre=$(basename "$folder")
  sequences="$WORK/$genre/notesequences.tfrecord"
  examples="$WORK/$genre/sequence_examples"
  run="$WORK/$genre/logdir/run1"

  convert_dir_to_note_sequences \
    --input_dir="$MIDI/$genre" \
    --output_file="$sequences" \
    --recursive

  melody_rnn_create_dataset \
    --config=$CONFIG \
    --input="$sequences" \
    --output_dir="$examples" \
    --eval_ratio=0.10

  melody_rnn_train \
    --config=$CONFIG \
    --run_dir="$run" \
    --sequence_example_file="$examples/training_melodies.tfrecord" \
    --hparams="$HPARAMS" \
    --num_training_steps=3

  melody_rnn_generate \
    --config=$CONFIG \
    --run_dir="$run" \
    --output_dir="$WORK/$genre/generated" \
    --num_outputs=2 \
    --num_steps=32 \
    --hparams="$HPARAMS" \
    --primer_melody="[60, -2, 62, -2]"
done
